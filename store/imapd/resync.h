// What a client with a cache missed (RFC 7162 QRESYNC); for SELECT and UID FETCH.
#pragma once

#include "store/imapd/session.h"

namespace helio::store::imapd {

/// Those of `among` that are gone from the selected mailbox since `since` and that this client does not count among
/// its messages. When the history was cut: all that do not exist, which says no less.
UidSet vanished_since(ImapSession& session, ModSeq since, const UidSet& among);

/// What changed in the selected mailbox since the client last knew it: first what is gone, then flags (§3.2.5.1).
/// Nothing when the client knew another UIDVALIDITY. Sends as it goes.
Task<Result<>> tell_since(ImapSession& session, imap::QresyncArguments known);

}  // namespace helio::store::imapd
