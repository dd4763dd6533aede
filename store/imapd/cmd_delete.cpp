// DELETE (RFC 9051 §6.3.5). A mailbox with mailboxes below it is not deleted: NO [HASCHILDREN].
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_delete(ImapSession& session, const imap::Command& command) {
    const auto name = session.decode(std::get<imap::MailboxArguments>(command.arguments).mailbox);
    if (!name) co_return Reply::no(imap::code::cannot, "Invalid mailbox name");
    const auto mailbox = session.store().find_mailbox(session.user(), *name);
    if (!mailbox) co_return reply_of(mailbox.error());
    std::string owned = *name;
    const auto deleted = co_await session.store().delete_mailbox(session.user(), std::move(owned));
    if (!deleted) co_return reply_of(deleted.error());
    // Our own selected mailbox is closed quietly; other sessions get a BYE.
    if (session.has_selected() && session.selected().mailbox().id == mailbox->id) session.unselect();
    co_return Reply::ok("Delete completed");
}

}  // namespace helio::store::imapd
