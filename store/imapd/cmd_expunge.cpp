// EXPUNGE and UID EXPUNGE (RFC 9051 §6.4.3, §6.4.9): the dispatcher tells the client which are gone.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_expunge(ImapSession& session, const imap::Command& command) {
    const MailboxId id = session.selected().mailbox().id;
    std::optional<UidSet> only;
    if (command.uid)
        only = session.selected().resolve(std::get<imap::ExpungeArguments>(command.arguments).set, true).uids;
    const auto gone = co_await session.store().expunge_deleted(id, std::move(only));
    session.selected().catch_up(gone ? gone->before : ModSeq{});
    if (!gone) co_return reply_of(gone.error());
    std::string code;
    if (session.condstore() && !gone->uids.empty()) code = "HIGHESTMODSEQ " + std::to_string(gone->modseq.value);
    co_return Reply::ok("Expunge completed", std::move(code));
}

}  // namespace helio::store::imapd
