// PASS (RFC 1939 §7): proves the user that USER named.
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_pass(PopSession& session, std::string argument) {
    base::Secret password(std::move(argument));
    if (session.pending_user().empty()) {
        session.bad("Send USER first");
        co_return;
    }
    if (!session.passwords_allowed()) {
        session.bad("Use TLS before logging in");
        co_return;
    }
    auto name = std::exchange(session.pending_user(), {});
    auto login = co_await session.services().authenticator.login(std::move(name), std::move(password), session.peer());
    co_await session.conclude(std::move(login), "PASS");
}

}  // namespace helio::store
