#include "mmp/imap/login_phase.h"

#include "common/base/text.h"

namespace helio::mmp {
namespace {

constexpr imap::Framer::Limits limits = {
    .line_bytes = 16'384, .literal_bytes = 4096, .total_bytes = 20'480, .literal_minus = false};
constexpr std::size_t read_bytes = 4096;

}  // namespace

// Commands that exist but are not here need a login; the table says what may be asked before it.
const ImapLoginPhase::Row ImapLoginPhase::rows[] = {
    {imap::Verb::capability, &ImapLoginPhase::cmd_capability},
    {imap::Verb::id, &ImapLoginPhase::cmd_id},
    {imap::Verb::noop, &ImapLoginPhase::cmd_noop},
    {imap::Verb::logout, &ImapLoginPhase::cmd_logout},
    {imap::Verb::starttls, &ImapLoginPhase::cmd_starttls},
    {imap::Verb::login, &ImapLoginPhase::cmd_login},
    {imap::Verb::authenticate, &ImapLoginPhase::cmd_authenticate},
};

ImapLoginPhase::ImapLoginPhase(Session& session, const Frontend& frontend)
    : LoginPhase(session, frontend), framer_(limits) {}

Task<bool> ImapLoginPhase::run() {
    co_await greet();
    while (state_ == State::open) co_await serve_one();
    co_return state_ == State::logged_in;
}

Task<> ImapLoginPhase::greet() { co_await send("* OK [CAPABILITY " + capability() + "] Heliograph ready\r\n"); }

Task<> ImapLoginPhase::serve_one() {
    auto read = co_await read_command();
    if (!read) {
        if (read.error().code == net::errc::timed_out) {
            co_await say_bye("Login took too long", "login timeout");
        } else if (read.error().code == net::errc::cancelled && session_.client().winding_down()) {
            co_await say_bye("The server is shutting down", "shutting down");
        } else {
            end_of(read.error());
        }
        co_return;
    }
    if (step_.state == imap::Framer::State::error) {
        const std::string tag(framer_.tag());
        framer_.reset();
        co_await answer_bad(tag, imap::to_text(step_.fault));
        co_return;
    }
    auto command = imap::parse_command(framer_.command());
    framer_.reset();
    if (!command) {
        co_await answer_bad(std::move(command.error().tag), command.error().text);
        co_return;
    }
    co_await dispatch(std::move(*command));
}

/// Feeds the framer until it has a command or a fault. What lies behind the command stays in the wire: after a login it
/// goes to the store.
Task<Result<>> ImapLoginPhase::read_command() {
    auto& wire = session_.client();
    for (;;) {
        if (!framer_.in_command()) {
            auto next = co_await wire.await_command(frontend_.login_deadline(session_));
            if (!next) co_return fail(std::move(next.error()));
        }
        auto bytes = co_await wire.read_some(read_bytes, frontend_.login_deadline(session_));
        if (!bytes) co_return fail(std::move(bytes.error()));
        step_ = framer_.feed(*bytes);
        wire.unread(bytes->size() - step_.consumed);
        if (step_.state == imap::Framer::State::need_more) continue;
        if (step_.state != imap::Framer::State::literal) co_return Result<>();
        if (framer_.accept_literal()) {
            if (!step_.non_sync) co_await send("+ Ready for literal data\r\n");
        } else if (framer_.refuse_literal()) {
            step_.state = imap::Framer::State::error;
            step_.fault = imap::Framer::Fault::too_large;
            co_return Result<>();
        }
    }
}

Task<> ImapLoginPhase::dispatch(imap::Command command) {
    for (const auto& row : rows) {
        if (row.verb != command.verb) continue;
        co_await (this->*row.run)(std::move(command));
        co_return;
    }
    co_await answer_bad(std::move(command.tag), "Log in first");
}

Task<> ImapLoginPhase::answer_bad(std::string tag, std::string_view text) {
    co_await send(tag + " BAD " + std::string(text) + "\r\n");
    co_await count_bad();
}

Task<> ImapLoginPhase::count_bad() {
    if (too_many_bad()) co_await say_bye("Too many bad commands", "bad commands");
}

Task<> ImapLoginPhase::say_bye(std::string_view text, std::string_view reason) {
    if (state_ == State::ended) co_return;
    co_await send("* BYE " + std::string(text) + "\r\n");
    end(reason);
}

}  // namespace helio::mmp
