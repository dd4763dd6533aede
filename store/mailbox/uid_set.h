// UidSet: a set of UIDs as ascending ranges that neither touch nor overlap. For sequence numbers (the n-th UID),
// copies, expunges and vanished messages: a mailbox of a million messages without gaps is one range. at() and
// position_of() are binary searches.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/mailbox/ids.h"

namespace helio::store {

struct UidRange {
    Uid first;
    Uid last;  ///< inclusive
    bool operator==(const UidRange&) const = default;
};

class UidSet {
public:
    UidSet() = default;
    explicit UidSet(std::vector<UidRange> ranges);  ///< any order, may overlap; ranges with first > last are dropped
    static UidSet of(Uid uid) { return UidSet({{uid, uid}}); }
    static UidSet of(Uid first, Uid last) { return UidSet({{first, last}}); }

    bool empty() const { return ranges_.empty(); }
    std::size_t size() const { return before_.empty() ? 0 : before_.back() + length(ranges_.back()); }
    const std::vector<UidRange>& ranges() const { return ranges_; }
    bool contains(Uid uid) const { return position_of(uid).has_value(); }
    /// Index counted from 0. Asserts below size().
    Uid at(std::size_t index) const;
    std::optional<std::size_t> position_of(Uid uid) const;
    /// How many are smaller than `uid`.
    std::size_t count_below(Uid uid) const;
    std::optional<Uid> front() const;
    std::optional<Uid> back() const;

    /// Cheap when `uid` is above all others (the usual order).
    void add(Uid uid) { add(uid, uid); }
    void add(Uid first, Uid last);
    void add(const UidSet& other);
    void remove(Uid uid) { remove(UidSet::of(uid)); }
    void remove(const UidSet& other);
    UidSet intersection(const UidSet& other) const;
    /// Those in [first, last].
    UidSet within(Uid first, Uid last) const;

    /// "1:5,7,9:12"; "" when empty.
    std::string to_string() const;
    bool operator==(const UidSet& other) const { return ranges_ == other.ranges_; }

private:
    static std::size_t length(const UidRange& range) { return range.last.value - range.first.value + std::size_t{1}; }
    void index();

    std::vector<UidRange> ranges_;
    std::vector<std::size_t> before_;  // how many UIDs lie in the ranges before
};

}  // namespace helio::store
