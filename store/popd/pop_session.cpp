#include "store/popd/pop_session.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/sasl/cram_md5.h"
#include "store/popd/commands.h"

namespace helio::store {
namespace {

constexpr std::size_t flush_bytes = 64 * 1024;

}  // namespace

PopSession::PopSession(net::Connection connection, PopServices& services)
    : connection_(std::move(connection)), services_(services), id_(connection_.id), started_(services.clock.now()) {}

Task<> PopSession::run() {
    connection_.token.on_interrupt([this] { wire().interrupt(); });
    connection_.token.on_wind_down([this] { wire().wind_down(); });
    if (services_.authenticator.offers_apop(peer())) timestamp_ = sasl::unique_challenge("heliograph");
    ok(timestamp_.empty() ? "Heliograph POP3 ready" : "Heliograph POP3 ready " + timestamp_);
    co_await converse();
    if (wire().queued() > 0) {
        auto sent = co_await wire().flush(write_deadline());
        if (!sent) note_end(sent.error());
    }
    log_end();
}

Task<> PopSession::converse() {
    while (!ended_) {
        // Replies of pipelined commands go out together (RFC 2449 §6.6).
        if (wire().buffered().find('\n') == std::string_view::npos || wire().queued() >= flush_bytes) {
            const bool sent = co_await flush();
            if (!sent) co_return;
        }
        const bool goes_on = co_await await_command();
        if (!goes_on) co_return;
        const auto line = co_await wire().read_line(pop::most_line_bytes, deadline());
        if (line) {
            co_await handle(*line);
        } else if (line.error().code == make_error_code(net::errc::line_too_long)) {
            bad("Line too long");
        } else if (line.error().code == make_error_code(net::errc::bad_line)) {
            bad("Syntax error");
        } else {
            note_end(line.error());
        }
        if (bad_commands_ > config().bad_commands) end("too many errors");
    }
}

// False when the session is over. Messages that are marked deleted keep it alive in a drain: their QUIT is to come.
Task<bool> PopSession::await_command() {
    if (maildrop_.count() < maildrop_.entries().size()) co_return true;
    const auto next = co_await wire().await_command(deadline());
    if (next) co_return true;
    note_end(next.error());
    if (wire().winding_down() && !wire().interrupted()) error("SYS/TEMP", "The server is shutting down");
    co_return false;
}

Task<> PopSession::handle(std::string_view line) {
    const auto command = pop::parse_command(line);
    if (!command) {
        bad("Syntax error");
        co_return;
    }
    const auto* row = find_pop_command(command->keyword);
    if (!row) {
        bad("Unknown command");
        co_return;
    }
    if (!row->allowed_in(state_)) {
        bad("Not allowed in this state");
        co_return;
    }
    std::string argument(command->argument);
    const auto words = pop::words_of(argument).size();
    if (words < row->least_words || (words > row->most_words && row->most_words != any_words)) {
        bad("Wrong number of arguments");
        co_return;
    }
    const auto bad_before = bad_commands_;
    co_await row->run(*this, std::move(argument));
    // A client that is mistaken now and then stays.
    if (state_ == PopState::transaction && bad_commands_ == bad_before) bad_commands_ = 0;
}

void PopSession::ok(std::string_view text) {
    wire().queue("+OK ");
    wire().queue(text);
    wire().queue("\r\n");
}

void PopSession::error(std::string_view code, std::string_view text) {
    wire().queue("-ERR ");
    if (!code.empty()) wire().queue("[" + std::string(code) + "] ");
    wire().queue(text);
    wire().queue("\r\n");
}

void PopSession::bad(std::string_view text) {
    ++bad_commands_;
    services_.metrics.bad_commands.add();
    error({}, text);
}

Task<bool> PopSession::send(std::string_view bytes) {
    wire().queue(bytes);
    if (wire().queued() < flush_bytes) co_return true;
    const bool sent = co_await flush();
    co_return sent;
}

Task<bool> PopSession::flush() {
    if (wire().queued() == 0) co_return true;
    auto sent = co_await wire().flush(write_deadline());
    if (!sent) note_end(sent.error());
    co_return sent.has_value();
}

void PopSession::end(std::string reason) {
    ended_ = true;
    end_reason_ = std::move(reason);
}

Task<std::optional<std::string>> PopSession::read_answer() {
    const bool sent = co_await flush();
    if (!sent) co_return std::nullopt;
    const auto line = co_await wire().read_line(pop::most_line_bytes, deadline());
    if (line) co_return std::string(*line);
    if (line.error().code == make_error_code(net::errc::line_too_long)) {
        bad("Response too long");
    } else if (line.error().code == make_error_code(net::errc::bad_line)) {
        bad("Malformed response");
    } else {
        note_end(line.error());
    }
    co_return std::nullopt;
}

base::SteadyTime PopSession::deadline() const {
    if (state_ == PopState::authorization) return started_ + config().login_timeout;
    return services_.clock.now() + config().idle_timeout;
}

void PopSession::note_end(const Error& error) { end(to_string(error)); }

void PopSession::log_end() const {
    const auto duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(services_.clock.now() - started_).count();
    services_.log.info("pop3.end", {{"session", id_},
                                    {"client", connection_.client.address.to_string()},
                                    {"user", user_name_},
                                    {"reason", end_reason_},
                                    {"retrieved", retrieved_},
                                    {"deleted", deleted_},
                                    {"bytes_in", connection_.wire.bytes_in()},
                                    {"bytes_out", connection_.wire.bytes_out()},
                                    {"ms", duration}});
}

}  // namespace helio::store
