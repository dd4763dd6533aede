// USER and PASS (RFC 1939 §7). USER answers alike for every name; PASS proves the user.
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_user(PopSession& session, std::string argument) {
    if (!session.passwords_allowed()) {
        session.bad("Use TLS before logging in");
        co_return;
    }
    const auto words = pop_words(argument);
    if (words.size() != 1) {
        session.bad("Wrong number of arguments");
        co_return;
    }
    session.pending_user() = words.front();
    session.ok("Send PASS");
}

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
