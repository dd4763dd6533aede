// The MODSEQ of an ESEARCH answer (RFC 4731 §3.2, RFC 9394 §3.2): the greatest of the messages that the answer shows,
// so with MIN, MAX or PARTIAL alone of those. For SEARCH, SORT and ESEARCH.
#pragma once

#include "store/imapd/search_run.h"

namespace helio::store::imapd {

/// What `found` tells when all of it is shown; otherwise the greatest of `shown`, those of `mailbox` that still exist.
/// Nothing when no MODSEQ key asks for it. Errors: no_such_mailbox.
Task<Result<std::optional<ModSeq>>> told_modseq(ImapSession& session, MailboxId mailbox, const SearchFound& found,
                                                const imap::SearchArguments& search, UidSet shown);

}  // namespace helio::store::imapd
