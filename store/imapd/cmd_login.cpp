// LOGIN (RFC 9051 §6.2.3). Directory down: NO [UNAVAILABLE]; never reveals whether the user exists.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_login(ImapSession& session, const imap::Command& command) {
    const auto& login = std::get<imap::LoginArguments>(command.arguments);
    if (!session.passwords_allowed()) co_return Reply::no(imap::code::privacy_required, "Use TLS before LOGIN");
    auto verdict = co_await session.services().authenticator.login(login.user, login.password,
                                                                   session.connection().client.address, "imap");
    if (verdict.verdict != auth::Verdict::ok) co_return session.refuse_login(login.user, verdict);
    std::string name = verdict.user->store_name();
    Reply reply = co_await session.enter(std::move(name), verdict.user, "LOGIN");
    co_return reply;
}

}  // namespace helio::store::imapd
