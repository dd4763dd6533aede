#include "store/lmtpd/lmtp_session.h"

#include <algorithm>

#include "common/base/text.h"
#include "store/lmtpd/commands.h"

namespace helio::store::lmtp {
namespace {

constexpr std::size_t most_queued_bytes = 32 * 1024;

}  // namespace

LmtpSession::LmtpSession(net::Connection connection, const LmtpServices& services)
    : connection_(std::move(connection)), services_(services), started_(services.clock.now()) {}

net::SteadyTime LmtpSession::in(std::chrono::milliseconds duration) const {
    return std::chrono::steady_clock::now() + duration;
}

void LmtpSession::greet(std::string client_name) {
    end_transaction();
    client_name_ = std::move(client_name);
    state_ = State::greeted;
}

void LmtpSession::forget() {
    end_transaction();
    client_name_.clear();
    state_ = State::connected;
}

bool LmtpSession::is_trusted() const {
    const auto* tls = connection_.wire.transport().tls();
    if (tls == nullptr) return net::contains(config().plain_from, connection_.client.address);
    return std::ranges::any_of(tls->peer_names, [this](const std::string& name) {
        return std::ranges::find(config().clients, name) != config().clients.end();
    });
}

void LmtpSession::begin(smtp::MailCommand mail) {
    transaction_ = std::make_unique<Transaction>();
    transaction_->mail = std::move(mail);
    transaction_->text = std::make_shared<storage::BodySpool>(services_.spool);
    ++transactions_;
    state_ = State::mail;
}

void LmtpSession::end_transaction() {
    transaction_.reset();
    if (state_ != State::connected) state_ = State::greeted;
}

Task<> LmtpSession::run() {
    services_.metrics.sessions.add();
    connection_.token.on_interrupt([this] { wire().interrupt(); });
    connection_.token.on_wind_down([this] { wire().wind_down(); });
    wire().queue(smtp::print(smtp::plain_reply(220, config().hostname + " LMTP Heliograph")));
    bool goes_on = true;
    while (goes_on) goes_on = co_await serve_line();
    log_end();
}

Task<bool> LmtpSession::flush() {
    const auto flushed = co_await wire().flush(in(config().write_timeout));
    if (!flushed) reason_ = to_string(flushed.error());
    co_return flushed.has_value();
}

Task<bool> LmtpSession::serve_line() {
    if (wire().buffered().empty() || wire().queued() > most_queued_bytes) {
        const bool flushed = co_await flush();
        if (!flushed) co_return false;
    }
    const auto deadline = in(config().command_timeout);
    if (!transaction_) {  // one that has begun is finished first
        const auto next = co_await wire().await_command(deadline);
        if (!next) co_return co_await answer_failed_read(next.error());
    }
    const auto line = co_await wire().read_line(config().line_bytes, deadline, net::LineRule::crlf_strict);
    if (!line) co_return co_await answer_failed_read(line.error());
    auto reply = co_await dispatch(*line);
    co_return co_await answer(std::move(reply));
}

Task<Answer> LmtpSession::dispatch(std::string_view line) {
    const auto command = smtp::split_command(line);
    const auto* row = find_command(command.verb);
    if (row == nullptr) co_return smtp::reply(500, {5, 5, 2}, "unknown command");
    if ((row->states & static_cast<unsigned>(state_)) == 0) {
        const bool too_soon = state_ == State::connected;
        co_return smtp::reply(503, {5, 5, 1}, too_soon ? "say LHLO first" : "bad sequence of commands");
    }
    co_return co_await row->run(*this, command.argument);
}

Task<bool> LmtpSession::answer(Answer answer) {
    for (const auto& reply : answer.replies) {
        wire().queue(smtp::print(reply));
        if (reply.code == 421) answer.closes = true;
        if (answer.closes) reason_ = smtp::one_line(reply);
    }
    // A relay's connection lives long: what counts are errors between two messages that were taken.
    if (!answer.counts && std::ranges::any_of(answer.replies, &smtp::Reply::is_positive)) errors_ = 0;
    if (answer.counts && answer.replies.front().is_permanent() && ++errors_ >= config().errors) {
        wire().queue(smtp::print(smtp::reply(421, {4, 7, 0}, config().hostname + " too many errors")));
        reason_ = "too many errors";
        answer.closes = true;
    }
    if (!answer.closes) co_return true;
    (void)co_await flush();
    co_return false;
}

Task<bool> LmtpSession::answer_failed_read(Error error) {
    if (error.code == net::errc::line_too_long) co_return co_await answer(smtp::reply(500, {5, 5, 2}, "line too long"));
    if (error.code == net::errc::bad_line) {
        co_return co_await answer(smtp::reply(500, {5, 5, 2}, "a line must end in CRLF and hold no NUL"));
    }
    if (error.code == net::errc::timed_out) {
        co_return co_await answer(smtp::reply(421, {4, 4, 2}, config().hostname + " timeout, closing"));
    }
    if (wire().winding_down() && !wire().interrupted() && error.code == net::errc::cancelled) {
        co_return co_await answer(smtp::reply(421, {4, 3, 2}, config().hostname + " shutting down"));
    }
    reason_ = to_string(error);
    if (error.code == net::errc::cancelled) {
        // Reads and writes have ended; what can still be said goes out without waiting.
        const auto bytes = smtp::print(smtp::reply(421, {4, 3, 2}, config().hostname + " shutting down"));
        (void)wire().transport().try_write(bytes);
    }
    co_return false;
}

void LmtpSession::log_end() const {
    const auto duration = std::chrono::duration_cast<std::chrono::milliseconds>(services_.clock.now() - started_);
    services_.log.info("lmtp.session", {{"session", connection_.id},
                                        {"listener", connection_.listener},
                                        {"client", connection_.client.to_string()},
                                        {"name", client_name_},
                                        {"tls", connection_.wire.is_tls()},
                                        {"transactions", transactions_},
                                        {"errors", errors_},
                                        {"bytes_in", connection_.wire.bytes_in()},
                                        {"ms", duration.count()},
                                        {"reason", reason_}});
}

}  // namespace helio::store::lmtp
