// StorageWorkload: random changes on a TestPartition, and what must be true afterwards: what was acknowledged is there
// with the right bytes, what failed is not, what was left in doubt (errc::stopped, a cut) is whole or absent.
// Used by the tests of power cuts, injected errors, kill -9 and compaction.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/test_partition.h"

namespace helio::test {

/// One change as its effect on the expected state; printed and parsed for traces.
struct Step {
    enum class Kind { append, flags, expunge } kind = Kind::append;
    std::uint32_t box = 0;
    std::uint32_t uid = 0;    ///< of the message that it makes, changes or removes
    std::uint64_t seed = 0;   ///< of an appended text
    std::uint32_t bytes = 0;  ///< of it
    std::string flags;
};

class Expected {
public:
    void acknowledged(const Step& step);
    /// May have happened or not.
    void in_doubt(const Step& step) { doubtful_.push_back(step); }
    /// Empty, or what is wrong.
    std::string check(TestPartition& partition) const;
    /// A message that surely exists; nothing when there is none.
    std::optional<Step> pick(std::mt19937_64& random) const;

private:
    struct Held {
        std::uint64_t seed;
        std::uint32_t bytes;
        std::string flags;
    };
    using Key = std::pair<std::uint32_t, std::uint32_t>;
    bool doubts(Step::Kind kind, Key key) const;
    std::string check_present(TestPartition& partition, const Key& key, const Held& held) const;
    std::string check_no_others(TestPartition& partition) const;

    std::map<Key, Held> messages_;
    std::vector<Step> doubtful_;
};

class StorageWorkload {
public:
    explicit StorageWorkload(std::uint64_t seed) : random_(seed) {}

    /// One random change: what was tried, and the answer. An append's uid is right only when it succeeded.
    std::pair<Step, Result<>> next(TestPartition& partition, const Expected& expected);
    /// Called with each change before it is submitted; an append's uid is 0 then.
    std::function<void(const Step&)> on_begin = [](const Step&) {};

    /// `count` changes; the expectation follows the answers.
    void run(TestPartition& partition, Expected& expected, int count);

private:
    std::mt19937_64 random_;
};

}  // namespace helio::test
