// Condition: what a search asks of a message, as a tree of values. IMAP's SEARCH keys (RFC 9051 §6.4.4) and the filters
// of QueryEmails (RFC 8621 §4.4.1) become one; Matcher asks it. Words are UTF-8 and folded (imap::fold()) already.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "store/mailbox/message.h"
#include "store/mailbox/uid_set.h"

namespace helio::store::search {

/// Both ends belong to it; first > last holds nothing.
struct Range {
    static constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
    static constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
    std::int64_t first = lowest;
    std::int64_t last = highest;

    static Range below(std::int64_t limit) { return limit == lowest ? Range{1, 0} : Range{lowest, limit - 1}; }
    static Range above(std::int64_t limit) { return limit == highest ? Range{1, 0} : Range{limit + 1, highest}; }
    static Range from(std::int64_t number) { return {number, highest}; }
    static Range up_to(std::int64_t number) { return {lowest, number}; }
    static Range only(std::int64_t number) { return {number, number}; }
    bool contains(std::int64_t number) const { return first <= number && number <= last; }
};

/// What a client wrote, where no message reaches the greatest numbers.
constexpr std::int64_t saturated(std::uint64_t number) {
    return number > static_cast<std::uint64_t>(Range::highest) ? Range::highest : static_cast<std::int64_t>(number);
}

struct Condition {
    enum class Kind {
        all,
        all_of,        // of none: true
        any_of,        // of none: false
        negated,       // all_of, any_of, negated (of one) use `children`
        uid,           // `uids`
        flag,          // `flag`
        keyword,       // `text` is its name, not folded
        received,      // `range`: seconds since 1970
        received_day,  // `range`: days since 1970 in the zone of the date, like the next two
        saved_day,
        sent_day,
        size,    // `range`: bytes
        modseq,  // `range`
        email,
        thread,      // `id`
        in_mailbox,  // a copy is in one of `mailboxes`
        in_another,  // a copy is in none of `mailboxes`
        attachment,  // there is one
        subject,
        from,
        to,
        cc,     // `text`
        field,  // `name` and `text`: any header field; empty text: it is there
        body,
        text,  // `text`: in a text part; text: or in the header
    };
    Kind kind = Kind::all;
    std::vector<Condition> children = {};
    UidSet uids = {};
    Flag flag = Flag::seen;
    Range range = {};
    std::uint64_t id = 0;
    std::vector<MailboxId> mailboxes = {};
    std::string name = {};
    std::string text = {};

    static Condition never() { return {.kind = Kind::any_of}; }
    static Condition negation(Condition of) {
        Condition made{.kind = Kind::negated};
        made.children.push_back(std::move(of));
        return made;
    }
};

}  // namespace helio::store::search
