#include "mmp/login_phase.h"

namespace helio::mmp {

Task<LoginPhase::Attempt> LoginPhase::authenticate(std::string mechanism, std::optional<std::string> initial) {
    const auto peer = frontend_.peer(session_);
    auto dialogue = frontend_.gate().authenticator().begin(mechanism, peer);
    if (!dialogue) {
        const auto* known = sasl::find_mechanism(mechanism);
        const bool needs_tls = known != nullptr && known->plaintext && !peer.plaintext;
        co_return Attempt{.tried = needs_tls ? Tried::needs_tls : Tried::unsupported};
    }
    const auto tried = co_await converse(*dialogue, std::move(initial));
    if (tried != Tried::entered) co_return Attempt{.tried = tried};
    auto login = co_await dialogue->finish();
    auto entry = co_await frontend_.gate().admit(session_, std::move(login), dialogue->mechanism());
    co_return Attempt{Tried::entered, std::move(entry)};
}

Task<LoginPhase::Tried> LoginPhase::converse(auth::Dialogue& dialogue, std::optional<std::string> initial) {
    auto turn = co_await dialogue.start(std::move(initial));
    while (turn.outcome == sasl::Outcome::challenge) {
        co_await send("+ " + turn.challenge + "\r\n");
        if (state_ != State::open) co_return Tried::over;
        auto line = co_await session_.client().read_line(sasl::most_response_bytes, frontend_.login_deadline(session_));
        if (!line) {
            const auto code = line.error().code;
            if (code == net::errc::line_too_long || code == net::errc::bad_line) co_return Tried::malformed;
            if (code == net::errc::timed_out) co_return Tried::timed_out;
            end_of(line.error());
            co_return Tried::over;
        }
        turn = co_await dialogue.respond(std::string(*line));
    }
    if (turn.outcome == sasl::Outcome::done) co_return Tried::entered;
    co_return turn.outcome == sasl::Outcome::cancelled ? Tried::cancelled : Tried::malformed;
}

std::string_view LoginPhase::text_of(Tried tried) {
    switch (tried) {
        case Tried::unsupported:
            return "Unsupported mechanism";
        case Tried::needs_tls:
            return "TLS needed";
        case Tried::cancelled:
            return "Authentication cancelled";
        case Tried::malformed:
            return "Invalid SASL response";
        case Tried::timed_out:
            return "Login took too long";
        case Tried::entered:
        case Tried::over:
            break;
    }
    return {};
}

std::string_view LoginPhase::text_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::welcome:
            return "Logged in";
        case Outcome::rejected:
            return "Authentication failed";
        case Outcome::too_many:
            return "Too many sessions of this user";
        case Outcome::turned_away:
            return "The mail store refused the login";
        case Outcome::unavailable:
            break;
    }
    return "Temporary failure, try again later";
}

Task<> LoginPhase::send(std::string text) {
    auto sent = co_await session_.client().write(text, frontend_.write_deadline());
    if (!sent) end_of(sent.error());
}

void LoginPhase::end(std::string_view reason) {
    state_ = State::ended;
    session_.reason = reason;
}

void LoginPhase::end_of(const Error& error) {
    if (error.code == net::errc::closed) return end("client closed");
    if (error.code == net::errc::cancelled) return end("interrupted");
    if (error.code == net::errc::timed_out) return end("client too slow");
    end("connection lost");
}

}  // namespace helio::mmp
