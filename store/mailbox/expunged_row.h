// ExpungedRow: one row of a mailbox's history, the value of keys::vanished: what a change took away. UIDs answer
// VANISHED (RFC 7162), email ids the changes of an account (RFC 8620 §5.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/mailbox/encoding.h"
#include "store/mailbox/ids.h"

namespace helio::store {

/// What an expunged message was.
struct ExpungedEmail {
    EmailId email;
    ThreadId thread;
    auto operator<=>(const ExpungedEmail&) const = default;
};

struct ExpungedRow {
    UidSet uids;
    std::vector<ExpungedEmail> emails;  ///< ascending, each once
    bool operator==(const ExpungedRow&) const = default;

    /// What another record of the same change took (compaction may split one).
    void add(const ExpungedRow& other);
    std::string encode() const;
    static ExpungedRow decode(std::string_view bytes);
};

void encode_emails(Encoder& out, const std::vector<ExpungedEmail>& emails);
std::vector<ExpungedEmail> decode_emails(Decoder& in);

}  // namespace helio::store
