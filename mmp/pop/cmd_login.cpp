// USER, PASS and AUTH: RFC 1939 §7, RFC 5034, response codes of RFC 3206.
#include "common/base/text.h"
#include "mmp/pop/login_phase.h"

namespace helio::mmp {
/// False, and answered, when a password may not be sent as the connection is now.
Task<bool> PopLoginPhase::takes_passwords() {
    if (frontend_.takes_passwords(session_)) co_return true;
    co_await answer_bad(text_of(Tried::needs_tls));
    co_return false;
}

Task<> PopLoginPhase::cmd_user(std::string argument) {
    const bool allowed = co_await takes_passwords();
    if (!allowed) co_return;
    const auto words = pop::words_of(argument);
    if (words.size() != 1) {
        co_await answer_bad("USER needs a name");
        co_return;
    }
    // Always +OK: whether there is such a user is not told (RFC 1939 §13).
    user_ = words.front();
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
    co_await conclude({Tried::entered, std::move(entry)});
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
    co_await conclude({Tried::entered, std::move(entry)});
}

Task<> PopLoginPhase::cmd_auth(std::string argument) {
    if (pop::words_of(argument).empty()) {
        // The list without a mechanism is older than RFC 5034; some clients ask so.
        std::string lines = "+OK\r\n";
        for (const auto name : frontend_.gate().authenticator().offered(frontend_.peer(session_)))
            lines += std::string(name) + "\r\n";
        co_await send(lines + ".\r\n");
        co_return;
    }
    const auto words = pop::words_of(argument);
    std::optional<std::string> initial;
    if (words.size() == 2) initial = words[1];
    Attempt attempt{.tried = Tried::unsupported};
    if (words.size() == 1 || words.size() == 2) {
        attempt = co_await authenticate(std::string(words[0]), std::move(initial));
    }
    co_await conclude(std::move(attempt));
}

Task<> PopLoginPhase::conclude(Attempt attempt) {
    if (attempt.tried == Tried::over) co_return;
    if (attempt.tried == Tried::timed_out) {
        co_await say_bye(text_of(attempt.tried), "login timeout");
        co_return;
    }
    if (attempt.tried != Tried::entered) {
        co_await answer_bad(text_of(attempt.tried));
        co_return;
    }
    const bool rejected = attempt.entry.outcome == Outcome::rejected;
    co_await answer_login(std::move(attempt.entry));
    if (rejected && too_many_failed()) end("failed logins");
}

Task<> PopLoginPhase::answer_login(Entry entry) {
    const std::string text(text_of(entry.outcome));
    if (entry.outcome == Outcome::welcome) {
        co_await send("+OK " + text + "\r\n");
        if (state_ == State::open) state_ = State::logged_in;
        co_return;
    }
    std::string code = "SYS/TEMP";
    if (entry.outcome == Outcome::rejected) code = "AUTH";
    if (entry.outcome == Outcome::turned_away) code = entry.code;
    co_await send("-ERR [" + code + "] " + text + "\r\n");
}

}  // namespace helio::mmp
