// LOGIN and AUTHENTICATE: RFC 9051 §6.2.3 and §6.2.2, RFC 4959 (SASL-IR), RFC 5530 (response codes).
#include "common/base/text.h"
#include "mmp/imap/login_phase.h"

namespace helio::mmp {
namespace {

/// EXTERNAL is for the stores' peers; a user's certificate proves nothing here.
bool offered(std::string_view mechanism) {
    return base::equals_ignoring_case(mechanism, "PLAIN") || base::equals_ignoring_case(mechanism, "LOGIN");
}

}  // namespace

Task<> ImapLoginPhase::cmd_login(imap::Command command) {
    if (!frontend_.may_log_in(session_)) {
        co_await refuse_plaintext(std::move(command.tag));
        co_return;
    }
    auto& arguments = std::get<imap::LoginArguments>(command.arguments);
    sasl::Credentials credentials{
        .authorization_id = {}, .authentication_id = arguments.user, .password = std::move(arguments.password)};
    co_await enter(std::move(command.tag), std::move(credentials));
}

Task<> ImapLoginPhase::cmd_authenticate(imap::Command command) {
    const auto& arguments = std::get<imap::AuthenticateArguments>(command.arguments);
    if (!frontend_.may_log_in(session_)) {
        co_await refuse_plaintext(std::move(command.tag));
        co_return;
    }
    auto exchange = offered(arguments.mechanism) ? sasl::Exchange::begin(arguments.mechanism) : std::nullopt;
    if (!exchange) {
        co_await send(command.tag + " NO [CANNOT] Unsupported mechanism\r\n");
        co_await count_bad();
        co_return;
    }
    const auto& initial = arguments.initial_response;
    auto turn = exchange->start(initial ? std::optional<std::string_view>(initial->reveal()) : std::nullopt);
    while (turn.outcome == sasl::Outcome::challenge && state_ == State::open) {
        co_await send("+ " + turn.challenge + "\r\n");
        if (state_ != State::open) co_return;
        auto line = co_await session_.client().read_line(sasl::most_response_bytes, frontend_.login_deadline(session_));
        if (line) {
            turn = exchange->respond(*line);
        } else if (line.error().code == net::errc::line_too_long || line.error().code == net::errc::bad_line) {
            turn = sasl::Turn{};
        } else if (line.error().code == net::errc::timed_out) {
            co_await say_bye("Login took too long", "login timeout");
        } else {
            end_of(line.error());
        }
    }
    if (state_ != State::open) co_return;
    if (turn.outcome != sasl::Outcome::done) {
        const bool cancelled = turn.outcome == sasl::Outcome::cancelled;
        co_await answer_bad(std::move(command.tag), cancelled ? "Authentication cancelled" : "Invalid SASL response");
        co_return;
    }
    co_await enter(std::move(command.tag), exchange->take_credentials());
}

Task<> ImapLoginPhase::refuse_plaintext(std::string tag) {
    // No look at the name or password: they crossed the network in plain text and are worth nothing.
    co_await send(tag + " NO [PRIVACYREQUIRED] TLS needed\r\n");
    co_await count_bad();
}

Task<> ImapLoginPhase::enter(std::string tag, sasl::Credentials credentials) {
    auto entry = co_await frontend_.gate().enter(session_, std::move(credentials));
    const bool rejected = entry.outcome == Outcome::rejected;
    co_await answer_login(std::move(tag), std::move(entry));
    if (rejected && ++failed_logins_ >= frontend_.config().failed_logins) {
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
