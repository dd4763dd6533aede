// LOGIN (RFC 9051 §6.2.3). Directory down: NO [UNAVAILABLE]; never reveals whether the user exists.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_login(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::LoginArguments>(command.arguments);
    if (!session.passwords_allowed()) co_return Reply::no(imap::code::privacy_required, "Use TLS before LOGIN");
    auto login = co_await session.services().authenticator.login(arguments.user, arguments.password, session.peer());
    Reply reply = co_await session.conclude(std::move(login), "LOGIN");
    co_return reply;
}

}  // namespace helio::store::imapd
