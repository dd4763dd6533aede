// SeqSet: a sequence-set as a client wrote it: message sequence numbers or UIDs, "*" and "$" included (RFC 9051 §9).
// NumberSet: sorted, disjoint ranges of real numbers: a SeqSet resolved against the greatest number in use, COPYUID and
// ESEARCH answers. Used by parsers, printers and the store's commands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/imap/cursor.h"

namespace helio::imap {

struct NumberRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0;  ///< inclusive, >= first
    bool operator==(const NumberRange&) const = default;
};

class NumberSet {
public:
    NumberSet() = default;
    /// From any ranges in any order.
    explicit NumberSet(std::vector<NumberRange> ranges);

    /// Cheap when numbers come in ascending order.
    void add(std::uint32_t number) { add({number, number}); }
    void add(NumberRange range);
    bool contains(std::uint32_t number) const;
    bool empty() const { return ranges_.empty(); }
    std::uint64_t count() const;
    std::uint32_t least() const { return ranges_.front().first; }
    std::uint32_t greatest() const { return ranges_.back().last; }
    const std::vector<NumberRange>& ranges() const { return ranges_; }
    void clear() { ranges_.clear(); }
    /// "1:3,5"; empty for the empty set.
    std::string to_string() const;
    bool operator==(const NumberSet&) const = default;

private:
    std::vector<NumberRange> ranges_;  // ascending, neither touching nor overlapping
};

class SeqSet {
public:
    static constexpr std::uint32_t star = 0;  ///< "*": the greatest number in use
    struct Range {
        std::uint32_t first = star;
        std::uint32_t last = star;
        bool operator==(const Range&) const = default;
    };

    SeqSet() = default;  ///< names nothing
    /// sequence-set; fails the cursor when there is none.
    static SeqSet parse(Cursor& in);
    static SeqSet of(std::vector<Range> ranges) { return SeqSet(std::move(ranges)); }
    /// "$": the result of the last SEARCH SAVE (RFC 9051 §6.4.4.1).
    static SeqSet saved_result();

    bool is_saved_result() const { return saved_; }
    const std::vector<Range>& ranges() const { return ranges_; }
    /// The numbers meant when `greatest` is the greatest in use (0: none, "*" then means nothing). Ranges may be
    /// written either way round: "5:*" with 3 messages is 3:5.
    NumberSet resolve(std::uint32_t greatest) const;
    /// True when a number is above `most`, or "*" is meant and there is no message: a command that uses it as a
    /// sequence number is wrong (RFC 9051 §9 seq-number).
    bool names_above(std::uint32_t most) const;
    std::string to_string() const;
    bool operator==(const SeqSet&) const = default;

private:
    explicit SeqSet(std::vector<Range> ranges) : ranges_(std::move(ranges)) {}
    std::vector<Range> ranges_;
    bool saved_ = false;
};

}  // namespace helio::imap
