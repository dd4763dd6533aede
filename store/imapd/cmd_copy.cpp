// COPY and UID COPY (RFC 9051 §6.4.7): all messages or none, so above MESSAGELIMIT or SAVELIMIT none (RFC 9738 §3.1).
#include "store/imapd/commands.h"
#include "store/imapd/copy_request.h"

namespace helio::store::imapd {

Task<Reply> cmd_copy(ImapSession& session, const imap::Command& command) {
    auto request = copy_request(session, command);
    if (!request) co_return std::move(request.error());
    const auto [from, uids, to] = std::move(*request);
    const auto copied = co_await session.store().copy(from, uids, to, session.quota());
    if (!copied) co_return reply_of(copied.error());
    if (to == from) session.selected().look_again();
    if (copied->source.empty()) co_return reply_of_missing("Copy completed", command.uid);
    co_return Reply::ok("Copy completed", copy_uid_code(*copied));
}

}  // namespace helio::store::imapd
