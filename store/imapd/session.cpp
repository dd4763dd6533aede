#include "store/imapd/session.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/imap/append_parser.h"
#include "store/imapd/commands.h"
#include "store/imapd/notifier.h"

namespace helio::store::imapd {

namespace {

constexpr std::size_t flush_bytes = 64 * 1024;
constexpr std::size_t read_bytes = 16 * 1024;

// Before a login nobody needs much.
constexpr imap::Framer::Limits stranger_limits{.line_bytes = 16384, .literal_bytes = 4096, .total_bytes = 20480};

std::string_view code_of(imap::Framer::Fault fault) {
    const bool too_big = fault == imap::Framer::Fault::refused || fault == imap::Framer::Fault::too_large;
    return too_big ? imap::code::too_big : std::string_view();
}

}  // namespace

ImapSession::ImapSession(net::Connection connection, ImapServices& services)
    : connection_(std::move(connection)),
      services_(services),
      framer_(stranger_limits),
      id_(connection_.id),
      client_(connection_.client.address.to_string()),
      started_(services.clock.now()),
      stranger_since_(started_) {}

ImapSession::~ImapSession() = default;

Task<> ImapSession::run() {
    connection_.token.on_interrupt([this] { interrupt(); });
    connection_.token.on_wind_down([this] { wind_down(); });
    untagged(imap::Status::ok, "CAPABILITY " + capabilities(), "Heliograph IMAP ready");
    auto greeted = co_await flush();
    if (greeted) {
        co_await converse();
    } else {
        note_end(greeted.error());
    }
    unselect();
    log_end();
}

Task<> ImapSession::converse() {
    for (;;) {
        const Read read = co_await read_command();
        if (read == Read::end) co_return;
        if (read == Read::handled) continue;
        if (state_ != ImapState::not_authenticated && imap::parse_append_target(framer_.command())) {
            const Read appended = co_await append_from_wire(std::nullopt);
            if (appended == Read::end) co_return;
            continue;
        }
        const bool go_on = co_await handle();
        if (!go_on) co_return;
    }
}

// Reads until one command is complete (Read::command) or was answered already.
Task<ImapSession::Read> ImapSession::read_command() {
    for (;;) {
        if (!framer_.in_command()) {
            auto told = co_await tell_own_news();
            if (!told) {
                note_end(told.error());
                co_return Read::end;
            }
            const auto until = idle_deadline();
            bool input = false;
            if (!stopping_) {
                release_room();
                waiting_ = true;
                input = co_await wire().wait_input(until);
                waiting_ = false;
            }
            if (!input) {
                if (stopping_) {
                    co_await goodbye(imap::code::unavailable, "Server is shutting down");
                    co_return Read::end;
                }
                if (services_.clock.now() < until && !wire().interrupted()) continue;  // news, or a late wake()
                co_await goodbye({}, "Autologout; idle for too long");
                co_return Read::end;
            }
        }
        auto bytes = co_await wire().read_some(read_bytes, idle_deadline());
        if (!bytes) {
            note_end(bytes.error());
            co_return Read::end;
        }
        const auto step = framer_.feed(*bytes);
        wire().unread(bytes->size() - step.consumed);
        if (step.state == imap::Framer::State::complete) co_return Read::command;
        Read next = Read::more;
        if (step.state == imap::Framer::State::literal) {
            next = co_await on_literal(step);
        } else if (step.state == imap::Framer::State::error) {
            const std::string tag(framer_.tag());
            framer_.reset();
            const bool go_on = co_await bad_command(tag, to_text(step.fault), code_of(step.fault));
            next = go_on ? Read::handled : Read::end;
        }
        if (next != Read::more) co_return next;
    }
}

Task<ImapSession::Read> ImapSession::on_literal(imap::Framer::Step step) {
    if (state_ != ImapState::not_authenticated && imap::parse_append_target(framer_.command())) {
        const Read read = co_await append_from_wire(step);
        co_return read;
    }
    if (!framer_.accept_literal()) {
        if (!framer_.refuse_literal()) co_return Read::more;  // its bytes are skipped, then the framer reports
        const std::string tag(framer_.tag());
        framer_.reset();
        const bool go_on = co_await finish(tag, Reply::bad("Literal too large", imap::code::too_big));
        co_return go_on ? Read::handled : Read::end;
    }
    if (step.non_sync) co_return Read::more;
    imap::print_continuation(out_, "OK");
    auto sent = co_await flush();
    co_return sent ? Read::more : Read::end;
}

Task<ImapSession::Read> ImapSession::append_from_wire(std::optional<imap::Framer::Step> step) {
    const std::string tag(framer_.tag());
    Reply reply = co_await append_messages(*this, step);
    framer_.reset();
    if (reply.after != Reply::After::hang_up) {
        auto told = co_await tell_news(true);
        if (!told) reply = last_reply(std::move(reply));
    }
    const bool go_on = co_await finish(tag, reply);
    co_return go_on ? Read::handled : Read::end;
}

Task<bool> ImapSession::handle() {
    auto parsed = imap::parse_command(framer_.command());
    framer_.reset();
    if (!parsed) {
        const bool go_on = co_await bad_command(parsed.error().tag, parsed.error().text);
        co_return go_on;
    }
    const imap::Command command = std::move(*parsed);
    const auto begun = services_.clock.now();
    const Reply reply = co_await dispatch(*this, command);
    if (command.verb != imap::Verb::idle) {
        services_.metrics.of(command.verb).observe(services_.clock.now() - begun);
    }
    if (reply.status == imap::Status::bad) {
        services_.metrics.bad_commands.add();
        ++bad_commands_;
    } else if (state_ != ImapState::not_authenticated) {
        bad_commands_ = 0;  // a client that is mistaken now and then stays
    }
    bool go_on = co_await finish(command.tag, reply);
    if (go_on && bad_commands_ > config().bad_commands) {
        co_await goodbye({}, "Too many bad commands");
        end_reason_ = "too many bad commands";
        go_on = false;
    }
    co_return go_on;
}

Task<bool> ImapSession::bad_command(std::string_view tag, std::string_view text, std::string_view code) {
    services_.metrics.bad_commands.add();
    // The view may be into what goes away: copied before the first suspension.
    const std::string owned_tag(tag);
    if (++bad_commands_ > config().bad_commands) {
        end_reason_ = "too many bad commands";
        co_await goodbye({}, "Too many bad commands");
        co_return false;
    }
    const bool go_on = co_await finish(owned_tag, Reply::bad(text, code));
    co_return go_on;
}

Task<bool> ImapSession::finish(std::string_view tag, const Reply& reply) {
    if (reply.after == Reply::After::hang_up) {
        if (end_reason_ == "logout") end_reason_ = "connection lost or store stopped";
        co_return false;
    }
    if (reply.after != Reply::After::sent) imap::print_status_response(out_, tag, reply.status, reply.code, reply.text);
    const bool closes = reply.after == Reply::After::close;
    auto sent = co_await flush();
    if (!sent) note_end(sent.error());
    co_return sent && !closes;
}

Reply ImapSession::last_reply(Reply reply) const {
    if (!said_bye_ || reply.after == Reply::After::sent) return Reply::hang_up();
    reply.after = Reply::After::close;
    return reply;
}

Task<> ImapSession::goodbye(std::string_view code, std::string_view text) {
    end_reason_ = text;
    said_bye_ = true;
    untagged(imap::Status::bye, code, text);
    auto sent = co_await flush();
    if (!sent) note_end(sent.error());
}

Task<Result<>> ImapSession::flush_if_full() {
    if (out_.size() < flush_bytes) co_return Result<>();
    auto sent = co_await flush();
    co_return sent;
}

Task<Result<>> ImapSession::flush() {
    if (out_.empty()) co_return Result<>();
    services_.metrics.message_bytes_sent.add(out_.size());
    wire().queue_all(out_);
    auto sent = co_await wire().flush(deadline(config().write_timeout));
    co_return sent;
}

// A session that waits holds no buffer.
void ImapSession::release_room() {
    if (out_.empty() && out_.capacity() > 4096) std::string().swap(out_);
}

void ImapSession::untagged(imap::Status status, std::string_view code, std::string_view text) {
    imap::print_status_response(out_, "*", status, code, text);
}

Reply reply_of_target(const ImapSession& session, std::string_view name) {
    if (session.store().namespaces().is_shared(name))
        return reply_of(Error{make_error_code(errc::no_such_mailbox), {}});
    return Reply::no(imap::code::try_create, "No such mailbox");
}

std::optional<std::string> ImapSession::decode(std::string_view wire_name) const {
    return imap::decode_mailbox(wire_name, utf8());
}

void ImapSession::select(std::unique_ptr<Selected> selected) {
    selected_ = std::move(selected);
    no_limits_since_.reset();
    state_ = ImapState::selected;
}

void ImapSession::unselect() {
    selected_.reset();
    if (state_ == ImapState::selected) state_ = ImapState::authenticated;
}

void ImapSession::leave() {
    unselect();
    notify(nullptr);
    state_ = ImapState::not_authenticated;
    services_.log.info("imap.unauthenticate", {{"session", id_}, {"user", user_name_}});
    connection_.token.give_up_user();
    user_name_.clear();
    store_.reset();
    quota_ = {};
    no_limits_since_.reset();
    rev2_ = condstore_ = qresync_ = utf8_accept_ = uidonly_ = trusts_peer_ = over_quota_ = false;
    framer_.set_limits(stranger_limits);
    stranger_since_ = services_.clock.now();
}

void ImapSession::enable_condstore() {
    if (condstore_) return;
    condstore_ = true;
    if (!selected_) return;
    untagged(imap::Status::ok, "HIGHESTMODSEQ " + std::to_string(selected_->complete_up_to().value), "Highest");
}

void ImapSession::start_compression() {
    wire().start_deflate();
    compressed_ = true;
}

void ImapSession::mailbox_stirred() {
    if (idling_ || (waiting_ && notifier_)) wire().wake();
}

base::SteadyTime ImapSession::idle_deadline() const {
    if (state_ == ImapState::not_authenticated) return stranger_since_ + config().login_timeout;
    return deadline(config().idle_timeout);
}

Task<bool> ImapSession::wait_idle(base::SteadyTime until) {
    // An event that came while the last news was being sent has woken nobody.
    if (stopping_ || (selected_ && selected_->changed()) || (notifier_ && notifier_->pending())) co_return false;
    release_room();
    idling_ = waiting_ = true;
    const bool input = co_await wire().wait_input(until);
    idling_ = waiting_ = false;
    co_return input;
}

Task<Result<std::string>> ImapSession::read_line(std::size_t most, base::SteadyTime until) {
    auto line = co_await wire().read_line(most, until);
    if (!line) {
        const auto code = line.error().code;
        const bool goes_on = code == net::errc::line_too_long || code == net::errc::bad_line;
        if (!goes_on) note_end(line.error());
        co_return fail(line.error());
    }
    co_return std::string(*line);
}

void ImapSession::set_client(std::string address, std::string session_id) {
    passed_on_ = passed_on_ || !address.empty();
    if (!address.empty()) client_ = std::move(address);
    if (!session_id.empty()) id_ = std::move(session_id);
}

void ImapSession::note_end(const Error& error) {
    if (end_reason_ == "logout") end_reason_ = to_string(error);
}

void ImapSession::log_end() const {
    const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(services_.clock.now() - started_);
    services_.log.info("imap.end", {{"session", id_},
                                    {"client", client_},
                                    {"user", user_name_},
                                    {"reason", end_reason_},
                                    {"in", connection_.wire.bytes_in()},
                                    {"out", connection_.wire.bytes_out()},
                                    {"ms", lasted.count()}});
}

// The daemon ends: a client that is between commands gets a BYE at once, another one after its command.
void ImapSession::wind_down() {
    stopping_ = true;
    if (waiting_) wire().wake();
}

// Between commands the client gets a BYE; otherwise the drain has waited long enough.
void ImapSession::interrupt() {
    stopping_ = true;
    if (waiting_) {
        wire().wake();
    } else {
        wire().interrupt();
    }
}

}  // namespace helio::store::imapd
