// DELETE (RFC 9051 §6.3.5). What has mailboxes below it stays as a name, \Noselect (RFC 3501 §6.3.4); such a name can't
// be deleted: NO [HASCHILDREN].
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_delete(ImapSession& session, const imap::Command& command) {
    const auto name = session.decode(std::get<imap::MailboxArguments>(command.arguments).mailbox);
    if (!name) co_return Reply::no(imap::code::cannot, "Invalid mailbox name");
    const auto mailbox = session.store().find_mailbox(*name);
    std::string owned = *name;
    const auto deleted = co_await session.store().delete_mailbox(std::move(owned));
    if (!deleted) co_return reply_of(deleted.error());
    // Our own selected mailbox is closed quietly; other sessions get a BYE.
    if (session.has_selected() && mailbox && session.selected().mailbox().id == mailbox->id) session.unselect();
    co_return Reply::ok("Delete completed");
}

}  // namespace helio::store::imapd
