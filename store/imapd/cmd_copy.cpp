// COPY and UID COPY (RFC 9051 §6.4.7): all messages or none.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_copy(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::CopyArguments>(command.arguments);
    NamedMessages named = session.selected().resolve(arguments.set, command.uid);
    if (named.beyond) co_return Reply::bad("No such message", imap::code::client_bug);
    const auto name = session.decode(arguments.mailbox);
    if (!name) co_return Reply::no(imap::code::cannot, "Invalid mailbox name");
    const auto to = session.store().find_mailbox(*name);
    if (!to) co_return reply_of_target(session, *name);
    if (named.uids.empty()) co_return Reply::ok("No messages");

    const MailboxId from = session.selected().mailbox().id;
    const auto copied = co_await session.store().copy(from, std::move(named.uids), to->id, session.quota());
    if (!copied) co_return reply_of(copied.error());
    if (to->id == from) session.selected().look_again();
    if (copied->source.empty()) co_return Reply::no(imap::code::expunge_issued, "The messages no longer exist");
    co_return Reply::ok("Copy completed", "COPYUID " + std::to_string(copied->uid_validity.value) + ' ' +
                                              copied->source.to_string() + ' ' + copied->destination.to_string());
}

}  // namespace helio::store::imapd
