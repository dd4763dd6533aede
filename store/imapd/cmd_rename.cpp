// RENAME (RFC 9051 §6.3.6)
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_rename(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::RenameArguments>(command.arguments);
    auto from = session.decode(arguments.from);
    auto to = session.decode(arguments.to);
    if (!from || !to) co_return Reply::no(imap::code::cannot, "Invalid mailbox name");
    const auto renamed = co_await session.store().rename_mailbox(std::move(*from), std::move(*to));
    if (!renamed) co_return reply_of(renamed.error());
    // Of INBOX the messages go to the new name and it stays: when it is selected, they are told with this command.
    if (session.has_selected()) session.selected().look_again();
    co_return Reply::ok("Rename completed");
}

}  // namespace helio::store::imapd
