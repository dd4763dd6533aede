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
    co_await conclude(std::move(command.tag), {Tried::entered, std::move(entry)});
}

Task<> ImapLoginPhase::cmd_authenticate(imap::Command command) {
    const auto& arguments = std::get<imap::AuthenticateArguments>(command.arguments);
    std::optional<std::string> initial;
    if (arguments.initial_response) initial = arguments.initial_response->reveal();
    auto attempt = co_await authenticate(arguments.mechanism, std::move(initial));
    co_await conclude(std::move(command.tag), std::move(attempt));
}

Task<> ImapLoginPhase::refuse_plaintext(std::string tag) {
    // No look at the name or password: they crossed the network in plain text and are worth nothing.
    co_await send(tag + " NO [PRIVACYREQUIRED] " + std::string(text_of(Tried::needs_tls)) + "\r\n");
    co_await count_bad();
}

Task<> ImapLoginPhase::conclude(std::string tag, Attempt attempt) {
    switch (attempt.tried) {
        case Tried::entered:
            break;
        case Tried::unsupported:
            co_await send(tag + " NO [CANNOT] " + std::string(text_of(attempt.tried)) + "\r\n");
            co_await count_bad();
            co_return;
        case Tried::needs_tls:
            co_await refuse_plaintext(std::move(tag));
            co_return;
        case Tried::cancelled:
        case Tried::malformed:
            co_await answer_bad(std::move(tag), text_of(attempt.tried));
            co_return;
        case Tried::timed_out:
            co_await say_bye(text_of(attempt.tried), "login timeout");
            co_return;
        case Tried::over:
            co_return;
    }
    const bool rejected = attempt.entry.outcome == Outcome::rejected;
    co_await answer_login(std::move(tag), std::move(attempt.entry));
    if (rejected && too_many_failed()) co_await say_bye("Too many failed logins", "failed logins");
}

Task<> ImapLoginPhase::answer_login(std::string tag, Entry entry) {
    const std::string text(text_of(entry.outcome));
    std::string code;
    switch (entry.outcome) {
        case Outcome::welcome:
            if (!entry.capability.empty()) code = "[CAPABILITY " + entry.capability + "] ";
            co_await send(tag + " OK " + code + text + "\r\n");
            if (state_ == State::open) state_ = State::logged_in;
            co_return;
        case Outcome::rejected:
            code = "AUTHENTICATIONFAILED";
            break;
        case Outcome::too_many:
            code = "LIMIT";
            break;
        case Outcome::turned_away:
            code = entry.code;
            break;
        case Outcome::unavailable:
            code = "UNAVAILABLE";
            break;
    }
    co_await send(tag + " NO [" + code + "] " + text + "\r\n");
}

}  // namespace helio::mmp
