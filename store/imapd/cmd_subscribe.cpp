// SUBSCRIBE and UNSUBSCRIBE (RFC 9051 §6.3.7, §6.3.8)
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_subscribe(ImapSession& session, const imap::Command& command) {
    const bool on = command.verb == imap::Verb::subscribe;
    auto name = session.decode(std::get<imap::MailboxArguments>(command.arguments).mailbox);
    if (!name) co_return Reply::no(imap::code::cannot, "Invalid mailbox name");
    const auto done = co_await session.store().subscribe(std::move(*name), on);
    if (!done) co_return reply_of(done.error());
    co_return Reply::ok(on ? "Subscribe completed" : "Unsubscribe completed");
}

}  // namespace helio::store::imapd
