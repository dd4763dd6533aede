#include "mmp/pop/login_phase.h"

#include "common/sasl/cram_md5.h"

namespace helio::mmp {

const PopLoginPhase::Row PopLoginPhase::rows[] = {
    {"CAPA", &PopLoginPhase::cmd_capa}, {"STLS", &PopLoginPhase::cmd_stls}, {"QUIT", &PopLoginPhase::cmd_quit},
    {"USER", &PopLoginPhase::cmd_user}, {"PASS", &PopLoginPhase::cmd_pass}, {"AUTH", &PopLoginPhase::cmd_auth},
    {"APOP", &PopLoginPhase::cmd_apop}, {"UTF8", &PopLoginPhase::cmd_utf8}, {"LANG", &PopLoginPhase::cmd_lang},
};

Task<bool> PopLoginPhase::run() {
    if (frontend_.gate().authenticator().offers_apop(frontend_.peer(session_)))
        timestamp_ = sasl::unique_challenge("heliograph");
    co_await send("+OK Heliograph ready" + (timestamp_.empty() ? "" : " " + timestamp_) + "\r\n");
    while (state_ == State::open) co_await serve_one();
    co_return state_ == State::logged_in;
}

Task<> PopLoginPhase::serve_one() {
    auto next = co_await session_.client().await_command(frontend_.login_deadline(session_));
    if (!next) {
        co_await read_failed(std::move(next.error()));
        co_return;
    }
    auto line = co_await session_.client().read_line(pop::most_line_bytes, frontend_.login_deadline(session_));
    if (!line) {
        co_await read_failed(std::move(line.error()));
        co_return;
    }
    auto command = pop::parse_command(*line);
    if (!command) {
        co_await answer_bad("Bad command");
        co_return;
    }
    co_await dispatch(std::move(command->keyword), std::string(command->argument));
}

Task<> PopLoginPhase::read_failed(Error error) {
    if (error.code == net::errc::line_too_long) {
        co_await answer_bad("Line too long");
    } else if (error.code == net::errc::bad_line) {
        co_await answer_bad("Bad line");
    } else if (error.code == net::errc::timed_out) {
        co_await say_bye("Login took too long", "login timeout");
    } else if (error.code == net::errc::cancelled && session_.client().winding_down()) {
        co_await say_bye("[SYS/TEMP] The server is shutting down", "shutting down");
    } else {
        end_of(error);
    }
}

Task<> PopLoginPhase::dispatch(std::string keyword, std::string argument) {
    for (const auto& row : rows) {
        if (row.keyword != keyword) continue;
        co_await (this->*row.run)(std::move(argument));
        co_return;
    }
    co_await answer_bad("Not possible before login");
}

Task<> PopLoginPhase::answer_bad(std::string_view text) {
    co_await send("-ERR " + std::string(text) + "\r\n");
    if (too_many_bad()) end("bad commands");
}

Task<> PopLoginPhase::say_bye(std::string_view text, std::string_view reason) {
    if (state_ == State::ended) co_return;
    co_await send("-ERR " + std::string(text) + "\r\n");
    end(reason);
}

}  // namespace helio::mmp
