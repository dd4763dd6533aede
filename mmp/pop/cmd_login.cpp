// USER, PASS and AUTH: RFC 1939 §7, RFC 5034, response codes of RFC 3206.
#include "common/base/text.h"
#include "mmp/pop/login_phase.h"

namespace helio::mmp {
/// False, and answered, when a password may not be sent as the connection is now.
Task<bool> PopLoginPhase::takes_passwords() {
    if (frontend_.takes_passwords(session_)) co_return true;
    co_await answer_bad("TLS needed: use STLS first");
    co_return false;
}

Task<> PopLoginPhase::cmd_user(std::string argument) {
    const bool allowed = co_await takes_passwords();
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
    const bool allowed = co_await takes_passwords();
    if (!allowed) co_return;
    if (user_.empty()) {
        co_await answer_bad("USER first");
        co_return;
    }
    auto entry = co_await frontend_.gate().enter(session_, frontend_.peer(session_), std::exchange(user_, {}),
                                                 base::Secret(std::move(argument)));
    co_await conclude(std::move(entry));
}

/// APOP (RFC 1939 §7), where the site has CRAM-MD5 on.
Task<> PopLoginPhase::cmd_apop(std::string argument) {
    auto dialogue = timestamp_.empty()
                        ? std::nullopt
                        : frontend_.gate().authenticator().begin_apop(timestamp_, frontend_.peer(session_));
    if (!dialogue) {
        co_await answer_bad("APOP is not available here");
        co_return;
    }
    const auto turn = co_await dialogue->start(base::base64_encode(argument));
    if (turn.outcome != sasl::Outcome::done) {
        co_await answer_bad("Bad name or digest");
        co_return;
    }
    auto login = co_await dialogue->finish();
    auto entry = co_await frontend_.gate().admit(session_, std::move(login), dialogue->mechanism());
    co_await conclude(std::move(entry));
}

Task<> PopLoginPhase::cmd_auth(std::string argument) {
    if (argument.empty()) {
        // The list without a mechanism is older than RFC 5034; some clients ask so.
        std::string lines = "+OK\r\n";
        for (const auto name : frontend_.gate().authenticator().offered(frontend_.peer(session_)))
            lines += std::string(name) + "\r\n";
        co_await send(lines + ".\r\n");
        co_return;
    }
    const auto words = base::split(argument, ' ');
    std::optional<std::string> initial;
    if (words.size() == 2) initial = words[1];
    Attempt attempt{.tried = Tried::unsupported};
    if (words.size() <= 2) attempt = co_await authenticate(std::string(words[0]), std::move(initial));
    switch (attempt.tried) {
        case Tried::entered:
            co_await conclude(std::move(attempt.entry));
            break;
        case Tried::unsupported:
            co_await answer_bad("Unsupported mechanism");
            break;
        case Tried::needs_tls:
            co_await answer_bad("TLS needed: use STLS first");
            break;
        case Tried::cancelled:
            co_await answer_bad("Authentication cancelled");
            break;
        case Tried::malformed:
            co_await answer_bad("Invalid SASL response");
            break;
        case Tried::timed_out:
            co_await say_bye("Login took too long", "login timeout");
            break;
        case Tried::over:
            break;
    }
}

Task<> PopLoginPhase::conclude(Entry entry) {
    const bool rejected = entry.outcome == Outcome::rejected;
    co_await answer_login(std::move(entry));
    if (rejected && too_many_failed()) end("failed logins");
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
