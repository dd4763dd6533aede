// MOVE and UID MOVE (RFC 9051 §6.4.8): copy and expunge in one change; above MESSAGELIMIT of the messages with the
// highest UIDs (RFC 9738).
#include "store/imapd/commands.h"
#include "store/imapd/copy_request.h"

namespace helio::store::imapd {

Task<Reply> cmd_move(ImapSession& session, const imap::Command& command) {
    auto request = copy_request(session, command);
    if (!request) co_return std::move(request.error());
    const auto [from, uids, to] = std::move(*request);
    const auto moved = co_await session.store().move(from, uids, to, session.quota());
    if (!moved) co_return reply_of(moved.error());
    session.selected().catch_up(moved->source_before);
    if (moved->source.empty()) co_return Reply::ok("Move completed");
    // Before the EXPUNGEs, so that the client can tell where each went (RFC 6851 §4.3).
    session.untagged(imap::Status::ok, copy_uid_code(*moved), "Moved");
    std::string code;
    if (session.condstore()) code = "HIGHESTMODSEQ " + std::to_string(moved->source_modseq.value);
    co_return Reply::ok("Move completed", std::move(code));
}

}  // namespace helio::store::imapd
