// NOTIFY (RFC 5465): what the session tells by itself from now on. NONE, or no group of the selected mailbox: its news
// comes with commands and in IDLE, as without NOTIFY.
#include "store/imapd/commands.h"
#include "store/imapd/notifier.h"

namespace helio::store::imapd {

Task<Reply> cmd_notify(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::NotifyArguments>(command.arguments);
    if (arguments.groups.empty()) {
        session.notify(nullptr);
        co_return Reply::ok("Nothing is told by itself");
    }
    for (const auto& group : arguments.groups) {
        if ((group.events & ~Notifier::known_events) == 0) continue;
        co_return Reply::no(
            "BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange "
            "ServerMetadataChange)",
            "Unsupported event");
    }
    auto notifier = Notifier::open(session, arguments, [&session] { session.mailbox_stirred(); });
    if (!notifier) co_return reply_of(notifier.error());
    if (arguments.status) {
        auto told = co_await (*notifier)->tell_status();
        if (!told) co_return Reply::hang_up();
    }
    session.notify(std::move(*notifier));
    co_return Reply::ok("Notify completed");
}

}  // namespace helio::store::imapd
