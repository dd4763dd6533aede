// USER, PASS and AUTH: RFC 1939 §7, RFC 5034, response codes of RFC 3206.
#include "common/base/text.h"
#include "mmp/pop/login_phase.h"

namespace helio::mmp {
namespace {

/// EXTERNAL is for the stores' peers; a user's certificate proves nothing here.
bool offered(std::string_view mechanism) {
    return base::equals_ignoring_case(mechanism, "PLAIN") || base::equals_ignoring_case(mechanism, "LOGIN");
}

}  // namespace

/// False, and answered, when a password may not be sent as the connection is now.
Task<bool> PopLoginPhase::may_log_in() {
    if (frontend_.may_log_in(session_)) co_return true;
    co_await answer_bad("TLS needed: use STLS first");
    co_return false;
}

Task<> PopLoginPhase::cmd_user(std::string argument) {
    const bool allowed = co_await may_log_in();
    if (!allowed) co_return;
    if (argument.empty()) {
        co_await answer_bad("USER needs a name");
        co_return;
    }
    // Always +OK: whether there is such a user is not told (RFC 1939 §13).
    user_ = std::move(argument);
    co_await send("+OK\r\n");
}

Task<> PopLoginPhase::cmd_pass(std::string argument) {
    const bool allowed = co_await may_log_in();
    if (!allowed) co_return;
    if (user_.empty()) {
        co_await answer_bad("USER first");
        co_return;
    }
    sasl::Credentials credentials{.authorization_id = {},
                                  .authentication_id = std::exchange(user_, {}),
                                  .password = base::Secret(std::move(argument))};
    co_await enter(std::move(credentials));
}

Task<> PopLoginPhase::cmd_auth(std::string argument) {
    if (argument.empty()) {
        // The list without a mechanism is older than RFC 5034; some clients ask so.
        co_await send(frontend_.may_log_in(session_) ? "+OK\r\nPLAIN\r\nLOGIN\r\n.\r\n" : "+OK\r\n.\r\n");
        co_return;
    }
    const bool allowed = co_await may_log_in();
    if (!allowed) co_return;
    const auto words = base::split(argument, ' ');
    auto exchange = offered(words[0]) && words.size() <= 2 ? sasl::Exchange::begin(words[0]) : std::nullopt;
    if (!exchange) {
        co_await answer_bad("Unsupported mechanism");
        co_return;
    }
    std::optional<std::string> initial;
    if (words.size() == 2) initial = words[1];
    co_await exchange_with(std::move(*exchange), std::move(initial));
}

Task<> PopLoginPhase::exchange_with(sasl::Exchange exchange, std::optional<std::string> initial) {
    auto turn = exchange.start(initial);
    while (turn.outcome == sasl::Outcome::challenge) {
        co_await send("+ " + turn.challenge + "\r\n");
        if (state_ != State::open) co_return;
        auto line = co_await session_.client().read_line(sasl::most_response_bytes, frontend_.login_deadline(session_));
        if (!line) {
            co_await read_failed(std::move(line.error()));
            co_return;
        }
        turn = exchange.respond(*line);
    }
    if (turn.outcome != sasl::Outcome::done) {
        const bool cancelled = turn.outcome == sasl::Outcome::cancelled;
        co_await answer_bad(cancelled ? "Authentication cancelled" : "Invalid SASL response");
        co_return;
    }
    co_await enter(exchange.take_credentials());
}

Task<> PopLoginPhase::enter(sasl::Credentials credentials) {
    auto entry = co_await frontend_.gate().enter(session_, std::move(credentials));
    const bool rejected = entry.outcome == Outcome::rejected;
    co_await answer_login(std::move(entry));
    if (rejected && ++failed_logins_ >= frontend_.config().failed_logins) end("failed logins");
}

Task<> PopLoginPhase::answer_login(Entry entry) {
    switch (entry.outcome) {
        case Outcome::welcome:
            co_await send("+OK Logged in\r\n");
            if (state_ == State::open) state_ = State::logged_in;
            co_return;
        case Outcome::rejected:
            co_await send("-ERR [AUTH] Authentication failed\r\n");
            co_return;
        case Outcome::too_many:
            co_await send("-ERR [SYS/TEMP] Too many sessions of this user\r\n");
            co_return;
        case Outcome::turned_away:
            co_await send("-ERR [" + entry.code + "] The mail store refused the login\r\n");
            co_return;
        case Outcome::unavailable:
            break;
    }
    co_await send("-ERR [SYS/TEMP] Temporary failure, try again later\r\n");
}

}  // namespace helio::mmp
