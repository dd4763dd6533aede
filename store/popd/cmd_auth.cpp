// AUTH (RFC 5034): PLAIN and LOGIN for users; PLAIN with an authorization id and EXTERNAL for front ends whose
// certificate is listed: they have proved the user themselves.
#include "common/base/text.h"
#include "common/sasl/exchange.h"
#include "store/popd/commands.h"

namespace helio::store {
namespace {

/// Runs the exchange to its end; nothing when it was refused (and told) or the session is over.
Task<std::optional<sasl::Credentials>> exchange_with(PopSession& session, sasl::Exchange& exchange,
                                                     std::optional<std::string> initial) {
    std::optional<std::string_view> first;
    if (initial) first = *initial;
    auto turn = exchange.start(first);
    while (turn.outcome == sasl::Outcome::challenge) {
        session.wire().queue("+ " + turn.challenge + "\r\n");
        auto line = co_await session.read_answer();
        if (!line) co_return std::nullopt;
        turn = exchange.respond(*line);
    }
    if (turn.outcome == sasl::Outcome::done) co_return exchange.take_credentials();
    session.bad(turn.outcome == sasl::Outcome::cancelled ? "Authentication cancelled" : "Malformed response");
    co_return std::nullopt;
}

/// AUTH alone lists the mechanisms (the habit of clients older than RFC 5034).
void list_mechanisms(PopSession& session) {
    session.ok("Mechanisms follow");
    if (session.passwords_allowed()) session.wire().queue("PLAIN\r\nLOGIN\r\n");
    if (!session.proxy_name().empty()) session.wire().queue("EXTERNAL\r\n");
    session.wire().queue(".\r\n");
}

/// Who may act as whom.
Task<> settle(PopSession& session, sasl::Credentials credentials, std::string mechanism) {
    const auto proxy = session.proxy_name();
    if (!proxy.empty() && !credentials.authorization_id.empty()) {
        co_await session.enter(std::move(credentials.authorization_id), nullptr, "proxy " + proxy);
        co_return;
    }
    const bool acts_as_other =
        !credentials.authorization_id.empty() && credentials.authorization_id != credentials.authentication_id;
    if (mechanism == "EXTERNAL" || acts_as_other) {
        session.error("AUTH", "Acting as another user is not allowed");
        co_return;
    }
    co_await session.log_in(std::move(credentials.authentication_id), std::move(credentials.password), mechanism);
}

}  // namespace

Task<> cmd_auth(PopSession& session, std::string argument) {
    const auto words = pop_words(argument);
    if (words.empty()) {
        list_mechanisms(session);
        co_return;
    }
    auto mechanism = base::to_upper(words.front());
    const bool external = mechanism == "EXTERNAL";
    if (!external && !session.passwords_allowed()) {
        session.bad("Use TLS before AUTH");
        co_return;
    }
    auto exchange = sasl::Exchange::begin(mechanism);
    if (!exchange || (external && session.proxy_name().empty())) {
        session.bad("Unsupported authentication mechanism");
        co_return;
    }
    std::optional<std::string> initial;
    if (words.size() == 2) initial = words[1];
    auto credentials = co_await exchange_with(session, *exchange, std::move(initial));
    if (!credentials) co_return;
    co_await settle(session, std::move(*credentials), std::move(mechanism));
}

}  // namespace helio::store
