// AUTH (RFC 5034): whatever auth::Authenticator offers. PLAIN with an authorization id and EXTERNAL are for front ends
// whose certificate is listed, too: they have proved the user themselves.
#include "common/base/text.h"
#include "store/popd/commands.h"

namespace helio::store {
namespace {

/// Runs the dialogue to its end; false when it was refused (and told) or the session is over.
Task<bool> converse(PopSession& session, auth::Dialogue& dialogue, std::optional<std::string> initial) {
    auto turn = co_await dialogue.start(std::move(initial));
    while (turn.outcome == sasl::Outcome::challenge) {
        session.wire().queue("+ " + turn.challenge + "\r\n");
        auto line = co_await session.read_answer();
        if (!line) co_return false;
        turn = co_await dialogue.respond(std::move(*line));
    }
    if (turn.outcome == sasl::Outcome::done) co_return true;
    session.bad(turn.outcome == sasl::Outcome::cancelled ? "Authentication cancelled" : "Malformed response");
    co_return false;
}

/// AUTH alone lists the mechanisms (the habit of clients older than RFC 5034).
void list_mechanisms(PopSession& session) {
    session.ok("Mechanisms follow");
    for (const auto name : session.services().authenticator.offered(session.peer()))
        session.wire().queue(std::string(name) + "\r\n");
    session.wire().queue(".\r\n");
}

}  // namespace

Task<> cmd_auth(PopSession& session, std::string argument) {
    const auto words = pop::words_of(argument);
    if (words.empty()) {
        list_mechanisms(session);
        co_return;
    }
    const auto peer = session.peer();
    auto dialogue = session.services().authenticator.begin(words.front(), peer);
    if (!dialogue) {
        const auto* known = sasl::find_mechanism(words.front());
        const bool needs_tls = known != nullptr && known->plaintext && !peer.plaintext;
        session.bad(needs_tls ? "Use TLS before AUTH" : "Unsupported authentication mechanism");
        co_return;
    }
    std::optional<std::string> initial;
    if (words.size() == 2) initial = words[1];
    const bool proven = co_await converse(session, *dialogue, std::move(initial));
    if (!proven) co_return;
    auto login = co_await dialogue->finish();
    co_await session.conclude(std::move(login), dialogue->mechanism());
}

}  // namespace helio::store
