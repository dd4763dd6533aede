// What COPY and MOVE have in common: the messages that are meant, the mailbox that they go to, and the COPYUID code
// (RFC 9051 §6.4.7, §6.4.8, RFC 4315 §3).
#pragma once

#include "store/imapd/session.h"

namespace helio::store::imapd {

struct CopyRequest {
    MailboxId from;
    UidSet uids;  ///< of MOVE as many as MESSAGELIMIT admits; never empty
    MailboxId to;
};

/// From the command's arguments; otherwise how the command ends: the target is not there, no message is meant, or
/// COPY has more messages than MESSAGELIMIT and SAVELIMIT admit.
std::expected<CopyRequest, Reply> copy_request(ImapSession& session, const imap::Command& command);

/// "COPYUID 38505 304,319:320 3956:3958"
std::string copy_uid_code(const Copied& copied);

}  // namespace helio::store::imapd
