// USER (RFC 1939 §7): answers alike for every name.
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_user(PopSession& session, std::string argument) {
    if (!session.passwords_allowed()) {
        session.bad("Use TLS before logging in");
        co_return;
    }
    const auto words = pop::words_of(argument);
    if (words.size() != 1) {
        session.bad("Wrong number of arguments");
        co_return;
    }
    session.pending_user() = words.front();
    session.ok("Send PASS");
}

}  // namespace helio::store
