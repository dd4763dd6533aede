// MOVE and UID MOVE (RFC 9051 §6.4.8): copy and expunge in one change.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_move(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::CopyArguments>(command.arguments);
    NamedMessages named = session.selected().resolve(arguments.set, command.uid);
    if (named.beyond) co_return Reply::bad("No such message", imap::code::client_bug);
    const auto name = session.decode(arguments.mailbox);
    if (!name) co_return Reply::no(imap::code::cannot, "Invalid mailbox name");
    const auto to = session.store().find_mailbox(*name);
    if (!to) co_return reply_of_target(session, *name);
    if (named.uids.empty()) co_return Reply::ok("No messages");

    const MailboxId from = session.selected().mailbox().id;
    const auto moved = co_await session.store().move(from, std::move(named.uids), to->id, session.quota());
    if (!moved) co_return reply_of(moved.error());
    session.selected().catch_up(moved->source_before);
    if (!moved->source.empty()) {
        // Before the EXPUNGEs, so that the client can tell where each went (RFC 6851 §4.3).
        session.untagged(imap::Status::ok,
                         "COPYUID " + std::to_string(moved->uid_validity.value) + ' ' + moved->source.to_string() +
                             ' ' + moved->destination.to_string(),
                         "Moved");
    }
    std::string code;
    if (session.condstore() && !moved->source.empty())
        code = "HIGHESTMODSEQ " + std::to_string(moved->source_modseq.value);
    co_return Reply::ok("Move completed", std::move(code));
}

}  // namespace helio::store::imapd
