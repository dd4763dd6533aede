#include "mta/smtpd/session.h"

#include "common/base/ids.h"
#include "common/base/text.h"
#include "mta/smtpd/commands.h"

namespace helio::mta {
namespace {

constexpr std::size_t most_queued_bytes = 32 * 1024;

smtp::Reply closing(smtp::EnhancedCode code, const std::string& hostname, const char* why) {
    return smtp::reply(421, code, hostname + " " + why);
}

}  // namespace

Session::Session(net::Connection connection, const SmtpdServices& services)
    : connection_(std::move(connection)), services_(services), started_(services.clock.now()) {}

net::SteadyTime Session::in(std::chrono::milliseconds duration) const {
    return std::chrono::steady_clock::now() + duration;
}

bool Session::may_auth() const { return services_.authenticator != nullptr && (is_tls() || settings().plaintext_auth); }

std::size_t Session::line_limit() const {
    const bool tokens_may_come = may_auth() && user_ == nullptr;  // AUTH with an initial response (RFC 4954 §4)
    return tokens_may_come ? std::max(settings().line_bytes, sasl::most_response_bytes) : settings().line_bytes;
}

auth::Peer Session::peer() const {
    return {.service = "smtp",
            .client = connection_.client.address,
            .transport = &connection_.wire.transport(),
            .plaintext = is_tls() || settings().plaintext_auth};
}

void Session::log_login(const auth::Login& login, std::string_view mechanism) const {
    const bool ok = login.verdict == auth::Verdict::ok;
    services_.log.info("smtp.login", {{"session", connection_.id},
                                      {"client", connection_.client.address.to_string()},
                                      {"user", login.name},
                                      {"how", mechanism},
                                      {"tls", is_tls()},
                                      {"result", ok ? std::string_view("ok") : std::string_view(login.reason)}});
}

void Session::greet(std::string client_name, bool esmtp) {
    end_transaction();
    client_name_ = std::move(client_name);
    esmtp_ = esmtp;
    state_ = State::greeted;
}

void Session::forget() {
    end_transaction();
    client_name_.clear();
    esmtp_ = false;
    user_.reset();
    state_ = State::connected;
}

bool Session::set_user(std::shared_ptr<const ldap::User> user) {
    if (!connection_.token.claim_user(user->store_name())) return false;
    user_ = std::move(user);
    return true;
}

void Session::begin(smtp::MailCommand mail) {
    transaction_ = std::make_unique<Transaction>();
    transaction_->id = base::new_id();
    transaction_->mail = std::move(mail);
    transaction_->text = std::make_shared<storage::BodySpool>(services_.spool);
    ++transactions_;
    state_ = State::mail;
}

void Session::end_transaction() {
    transaction_.reset();
    if (state_ != State::connected) state_ = State::greeted;
}

Task<Result<>> Session::send_now(smtp::Reply reply) {
    wire().queue(smtp::print(reply));
    co_return co_await wire().flush(in(settings().write_timeout));
}

Task<Result<std::string>> Session::read_line(std::size_t most_bytes) {
    auto flushed = co_await wire().flush(in(settings().write_timeout));
    if (!flushed) co_return fail(flushed.error());
    const auto deadline = in(settings().command_timeout);
    const auto line =
        co_await wire().read_line(std::max(most_bytes, settings().line_bytes), deadline, net::LineRule::crlf_strict);
    if (!line) co_return fail(line.error());
    co_return std::string(*line);
}

// A client that speaks before the greeting doesn't listen to what we say (RFC 5321 §4.3.1).
Task<Result<>> Session::greet_client() {
    if (wire().has_input()) {
        reason_ = "spoke before the greeting";
        if (wire().buffered().empty()) co_return fail(net::errc::closed);
        auto sent = co_await send_now(smtp::reply(554, {5, 5, 0}, settings().hostname + " wait for the greeting"));
        (void)sent;
        co_return fail(net::errc::closed);
    }
    co_return co_await send_now(smtp::plain_reply(220, settings().hostname + " ESMTP Heliograph"));
}

Task<> Session::run() {
    services_.metrics.sessions.add();
    connection_.token.on_interrupt([this] { wire().interrupt(); });
    connection_.token.on_wind_down([this] { wire().wind_down(); });
    auto greeted = co_await greet_client();
    bool goes_on = greeted.has_value();
    while (goes_on) goes_on = co_await serve_line();
    log_end();
}

Task<bool> Session::serve_line() {
    if (wire().buffered().empty() || wire().queued() > most_queued_bytes) {
        auto flushed = co_await wire().flush(in(settings().write_timeout));
        if (!flushed) {
            reason_ = to_string(flushed.error());
            co_return false;
        }
    }
    const auto rule =
        settings().bare_newlines == smtp::BareNewlines::refuse ? net::LineRule::crlf_strict : net::LineRule::crlf_or_lf;
    const auto deadline = in(settings().command_timeout);
    if (!transaction_) {  // one that has begun is finished first
        const auto next = co_await wire().await_command(deadline);
        if (!next) co_return co_await answer_failed_read(next.error());
    }
    const auto line = co_await wire().read_line(line_limit(), deadline, rule);
    if (!line) co_return co_await answer_failed_read(line.error());
    auto reply = co_await dispatch(*line);
    co_return co_await answer(std::move(reply));
}

Task<Answer> Session::dispatch(std::string_view line) {
    const auto command = smtp::split_command(line);
    const auto* row = find_command(command.verb);
    if (row == nullptr) co_return smtp::reply(500, {5, 5, 2}, "unknown command");
    if ((row->states & static_cast<unsigned>(state_)) == 0) {
        const bool too_soon = state_ == State::connected;
        co_return smtp::reply(503, {5, 5, 1}, too_soon ? "say EHLO first" : "bad sequence of commands");
    }
    if (row->last_of_group && !wire().buffered().empty()) {
        reason_ = "pipelining violation";
        co_return Answer(smtp::reply(503, {5, 5, 0}, "wait for the reply to this command"), true);
    }
    co_return co_await row->run(*this, command.argument);
}

Task<bool> Session::answer(Answer answer) {
    bool closes = answer.closes;
    if (answer.reply) {
        if (answer.reply->is_permanent() && ++errors_ >= settings().errors && !closes) {
            wire().queue(smtp::print(*answer.reply));
            answer.reply = closing({4, 7, 0}, settings().hostname, "too many errors");
        }
        if (answer.reply->code == 421) {
            reason_ = smtp::one_line(*answer.reply);
            closes = true;
        }
        wire().queue(smtp::print(*answer.reply));
    }
    if (!closes) co_return true;
    auto flushed = co_await wire().flush(in(settings().write_timeout));
    (void)flushed;
    co_return false;
}

Task<bool> Session::answer_failed_read(Error error) {
    if (error.code == net::errc::line_too_long) co_return co_await answer(smtp::reply(500, {5, 5, 2}, "line too long"));
    if (error.code == net::errc::bad_line) {
        co_return co_await answer(smtp::reply(500, {5, 5, 2}, "a line must end in CRLF and hold no NUL"));
    }
    if (error.code == net::errc::timed_out) {
        co_return co_await answer(closing({4, 4, 2}, settings().hostname, "timeout, closing"));
    }
    if (wire().winding_down() && !wire().interrupted() && error.code == net::errc::cancelled) {
        co_return co_await answer(closing({4, 3, 2}, settings().hostname, "shutting down"));
    }
    reason_ = to_string(error);
    if (error.code == net::errc::cancelled) {
        // Reads and writes have ended; what can still be said goes out without waiting.
        const auto bytes = smtp::print(closing({4, 3, 2}, settings().hostname, "shutting down"));
        (void)wire().transport().try_write(bytes);
    }
    co_return false;
}

void Session::log_end() const {
    const auto duration = std::chrono::duration_cast<std::chrono::milliseconds>(services_.clock.now() - started_);
    services_.log.info("mta.session", {{"session", connection_.id},
                                       {"listener", connection_.listener},
                                       {"client", connection_.client.to_string()},
                                       {"name", client_name_},
                                       {"user", user_ ? user_->store_name() : std::string()},
                                       {"tls", is_tls()},
                                       {"messages", transactions_},
                                       {"errors", errors_},
                                       {"bytes_in", connection_.wire.bytes_in()},
                                       {"ms", duration.count()},
                                       {"reason", reason_}});
}

}  // namespace helio::mta
