// MessageLimit: how many messages one command may still process (RFC 9738 MESSAGELIMIT and SAVELIMIT). The dispatcher
// begins one for each command; every command that works on a set of messages passes that set through admit(), which
// keeps those with the highest UIDs; the dispatcher then says in the tagged line what was left out, so that the client
// goes on with the UIDs below. A value of the session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/imapd/reply.h"
#include "store/mailbox/uid_set.h"

namespace helio::store::imapd {

class MessageLimit {
public:
    MessageLimit() = default;                                                ///< no limit
    explicit MessageLimit(std::uint32_t most) : most_(most), left_(most) {}  ///< 0: no limit

    /// True when the command may still process so many.
    bool fits(std::size_t messages) const { return most_ == 0 || messages <= left_; }
    /// "MESSAGELIMIT 1000", of a command that is refused for it.
    std::string code() const;
    /// Those that the command may process: all, or as many as are left, the highest UIDs.
    UidSet admit(UidSet uids);
    /// Makes the end of a command that left something out say so. A code that the reply has already goes before it, on
    /// a line of its own in `out`. A refused command has processed nothing, so there nothing is said, but for one that
    /// met messages that are gone.
    void tell(Reply& reply, std::string& out) const;

private:
    std::uint32_t most_ = 0;
    std::uint32_t left_ = 0;
    bool cut_ = false;
    unsigned sets_ = 0;          // of as many mailboxes (ESEARCH): a UID tells something when it is one
    std::optional<Uid> lowest_;  // that was processed
};

/// The smaller of two limits, of which 0 is none.
std::uint32_t tighter_limit(std::uint32_t a, std::uint32_t b);
/// "MESSAGELIMIT 1000 23221" (RFC 9738 §5): no command processes more; the lowest UID that this one did.
std::string message_limit_code(std::uint32_t most, std::optional<Uid> lowest);

}  // namespace helio::store::imapd
