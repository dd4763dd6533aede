// LOGIN and AUTHENTICATE: RFC 9051 §6.2.3 and §6.2.2, RFC 4959 (SASL-IR), RFC 5530 (response codes).
#include "mmp/imap/login_phase.h"

namespace helio::mmp {
Task<> ImapLoginPhase::cmd_login(imap::Command command) {
    if (!frontend_.takes_passwords(session_)) {
        co_await refuse_plaintext(std::move(command.tag));
        co_return;
    }
    auto& arguments = std::get<imap::LoginArguments>(command.arguments);
    auto entry = co_await frontend_.gate().enter(session_, frontend_.peer(session_), std::move(arguments.user),
                                                 std::move(arguments.password));
    co_await conclude(std::move(command.tag), std::move(entry));
}

Task<> ImapLoginPhase::cmd_authenticate(imap::Command command) {
    const auto& arguments = std::get<imap::AuthenticateArguments>(command.arguments);
    std::optional<std::string> initial;
    if (arguments.initial_response) initial = arguments.initial_response->reveal();
    auto attempt = co_await authenticate(arguments.mechanism, std::move(initial));
    switch (attempt.tried) {
        case Tried::entered:
            co_await conclude(std::move(command.tag), std::move(attempt.entry));
            break;
        case Tried::unsupported:
            co_await send(command.tag + " NO [CANNOT] Unsupported mechanism\r\n");
            co_await count_bad();
            break;
        case Tried::needs_tls:
            co_await refuse_plaintext(std::move(command.tag));
            break;
        case Tried::cancelled:
            co_await answer_bad(std::move(command.tag), "Authentication cancelled");
            break;
        case Tried::malformed:
            co_await answer_bad(std::move(command.tag), "Invalid SASL response");
            break;
        case Tried::timed_out:
            co_await say_bye("Login took too long", "login timeout");
            break;
        case Tried::over:
            break;
    }
}

Task<> ImapLoginPhase::refuse_plaintext(std::string tag) {
    // No look at the name or password: they crossed the network in plain text and are worth nothing.
    co_await send(tag + " NO [PRIVACYREQUIRED] TLS needed\r\n");
    co_await count_bad();
}

Task<> ImapLoginPhase::conclude(std::string tag, Entry entry) {
    const bool rejected = entry.outcome == Outcome::rejected;
    co_await answer_login(std::move(tag), std::move(entry));
    if (rejected && too_many_failed()) {
        co_await say_bye("Too many failed logins", "failed logins");
    }
}

Task<> ImapLoginPhase::answer_login(std::string tag, Entry entry) {
    switch (entry.outcome) {
        case Outcome::welcome: {
            const auto code = entry.capability.empty() ? std::string() : "[CAPABILITY " + entry.capability + "] ";
            co_await send(tag + " OK " + code + "Logged in\r\n");
            if (state_ == State::open) state_ = State::logged_in;
            co_return;
        }
        case Outcome::rejected:
            co_await send(tag + " NO [AUTHENTICATIONFAILED] Authentication failed\r\n");
            co_return;
        case Outcome::too_many:
            co_await send(tag + " NO [LIMIT] Too many sessions of this user\r\n");
            co_return;
        case Outcome::turned_away:
            co_await send(tag + " NO [" + entry.code + "] The mail store refused the login\r\n");
            co_return;
        case Outcome::unavailable:
            break;
    }
    co_await send(tag + " NO [UNAVAILABLE] Temporary failure, try again later\r\n");
}

}  // namespace helio::mmp
