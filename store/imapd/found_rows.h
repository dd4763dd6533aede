// Walks through messages that a search found, with their summaries, for SORT and THREAD: in steps, each from one
// snapshot; between steps other sessions of the worker have their turn.
#pragma once

#include <functional>

#include "store/imapd/progress.h"
#include "store/imapd/session.h"
#include "store/search/message_text.h"

namespace helio::store::imapd {

/// `take` gets each message that still exists, in order, and its summary (null when `with_summary` is false or it can't
/// be had); it answers false to stop. `progress`, where given, is told how many it got, `before` included. Errors:
/// no_such_mailbox; the client is gone.
Task<Result<>> each_found(ImapSession& session, const UidSet& uids, bool with_summary,
                          const std::function<bool(const Message& message, const mail::SummaryView* summary)>& take,
                          Progress* progress = nullptr, std::uint64_t before = 0);

}  // namespace helio::store::imapd
