#include "mta/deliver/client.h"

#include <algorithm>

#include "common/smtp/command.h"
#include "common/smtp/dot_stuffer.h"
#include "common/smtp/xdelivery.h"

namespace helio::mta {
namespace {

constexpr std::size_t reply_line_bytes = 2048;
constexpr std::size_t piece_bytes = 64 * 1024;
constexpr std::size_t group_recipients = 100;  // RCPTs in flight at once, so that neither side blocks on its writes

std::chrono::steady_clock::time_point earlier(std::chrono::milliseconds limit, net::SteadyTime until) {
    return std::min(until, std::chrono::steady_clock::now() + limit);
}

}  // namespace

// One message on its way: who is still without an answer, and who was accepted at RCPT.
struct Client::Job {
    const Message& message;
    std::span<const std::size_t> which;
    net::SteadyTime until;
    std::vector<Outcome> outcomes;
    std::vector<bool> answered;
    std::vector<std::size_t> accepted;  // places in `which`

    void answer(std::size_t place, const smtp::Reply& reply, const std::string& host) {
        outcomes[place] = {fate_of(reply), reply, host, true};
        answered[place] = true;
    }
    void answer_rest(const smtp::Reply& reply, const std::string& host) {
        for (std::size_t i = 0; i < which.size(); ++i) {
            if (!answered[i]) answer(i, reply, host);
        }
    }
};

Client::Client(net::Wire wire, Dialect dialect, std::string host, std::string hostname, ClientTimeouts timeouts)
    : wire_(std::move(wire)),
      dialect_(dialect),
      host_(std::move(host)),
      hostname_(std::move(hostname)),
      timeouts_(timeouts) {}

std::unexpected<smtp::Reply> Client::lost(const Error& error) {
    usable_ = false;
    return std::unexpected(smtp::reply(451, {4, 4, 2}, "connection to " + host_ + " lost: " + to_string(error)));
}

Task<Client::Step> Client::flush(std::chrono::milliseconds limit, net::SteadyTime until) {
    auto flushed = co_await wire_.flush(earlier(limit, until));
    if (!flushed) co_return lost(flushed.error());
    co_return Step();
}

Task<std::expected<smtp::Reply, smtp::Reply>> Client::read_reply(std::chrono::milliseconds limit,
                                                                 net::SteadyTime until) {
    smtp::ReplyReader reader;
    const auto deadline = earlier(limit, until);
    for (;;) {
        const auto line = co_await wire_.read_line(reply_line_bytes, deadline);
        if (!line) co_return lost(line.error());
        auto reply = reader.feed(*line);
        if (!reply) co_return lost(reply.error());
        if (!*reply) continue;
        if ((*reply)->code == 421) usable_ = false;
        co_return std::move(**reply);
    }
}

Task<std::expected<smtp::Reply, smtp::Reply>> Client::ask(std::string command, net::SteadyTime until) {
    wire_.queue(command);
    auto sent = co_await flush(timeouts_.command, until);
    if (!sent) co_return std::unexpected(std::move(sent.error()));
    co_return co_await read_reply(timeouts_.command, until);
}

Task<Client::Step> Client::say_hello(net::SteadyTime until) {
    auto reply = co_await ask((dialect_ == Dialect::lmtp ? "LHLO " : "EHLO ") + hostname_ + "\r\n", until);
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    capabilities_ = smtp::Capabilities(*reply);
    if (reply->is_permanent() && dialect_ == Dialect::smtp) {
        capabilities_ = smtp::Capabilities();
        reply = co_await ask("HELO " + hostname_ + "\r\n", until);
        if (!reply) co_return std::unexpected(std::move(reply.error()));
    }
    if (reply->is_positive()) co_return Step();
    usable_ = false;
    co_return std::unexpected(std::move(*reply));
}

Task<Client::Step> Client::greet(net::SteadyTime until) {
    auto greeting = co_await read_reply(timeouts_.greeting, until);
    if (!greeting) co_return std::unexpected(std::move(greeting.error()));
    if (!greeting->is_positive()) {
        usable_ = false;
        co_return std::unexpected(std::move(*greeting));
    }
    co_return co_await say_hello(until);
}

Task<Client::Step> Client::start_tls(std::shared_ptr<const net::TlsContext> context, std::string name,
                                     net::SteadyTime until) {
    auto reply = co_await ask("STARTTLS\r\n", until);
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    if (!reply->is_positive()) co_return std::unexpected(std::move(*reply));
    wire_.discard_buffered();  // RFC 3207 §4.2: nothing from before the handshake counts
    auto secured =
        co_await wire_.start_tls_client(std::move(context), std::move(name), earlier(timeouts_.greeting, until));
    if (!secured) co_return lost(secured.error());
    co_return co_await say_hello(until);
}

// What the server can't take is refused here: it would have to be changed, and a relay must not do that.
std::optional<smtp::Reply> Client::refuse_unfit(const Message& message) const {
    const auto limit = capabilities_.size_limit();
    if (limit && message.text->size() > *limit) {
        return smtp::reply(552, {5, 3, 4}, "message too big for " + host_);
    }
    if (message.envelope.smtputf8 && !capabilities_.has("SMTPUTF8")) {
        return smtp::reply(550, {5, 6, 7}, host_ + " does not take messages with UTF-8 addresses or headers");
    }
    if (message.envelope.body == smtp::Body::eight_bit_mime && !capabilities_.has("8BITMIME")) {
        return smtp::reply(554, {5, 6, 3}, host_ + " does not take 8-bit messages");
    }
    return std::nullopt;
}

std::string Client::mail_command(const Message& message) const {
    smtp::MailCommand command{message.envelope.reverse_path, {}};
    if (capabilities_.has("SIZE")) command.parameters.size = message.text->size();
    if (capabilities_.has("8BITMIME")) command.parameters.body = message.envelope.body;
    command.parameters.smtputf8 = message.envelope.smtputf8;
    return smtp::print(command);
}

std::string Client::rcpt_command(const Message& message, const Recipient& recipient) const {
    auto line = "RCPT TO:" + recipient.next_address.path();
    if (capabilities_.has(smtp::xdelivery_keyword)) {
        smtp::XDelivery hints;
        hints.delivery_id = message.envelope.id;
        hints.trace_id = message.envelope.id;
        hints.quota_bytes = recipient.quota_bytes;
        hints.quota_messages = recipient.quota_messages;
        hints.folder = recipient.folder;
        hints.posted = !recipient.folder.empty();
        line += smtp::print_xdelivery(hints);
    }
    return line + "\r\n";
}

// `sent`: the commands are on their way, with MAIL in front.
Task<Client::Step> Client::offer_recipients(Job& job, std::size_t first, std::size_t count, bool sent) {
    for (std::size_t i = first; i < first + count; ++i) {
        if (!sent) {
            wire_.queue(rcpt_command(job.message, job.message.recipients[job.which[i]]));
            auto flushed = co_await flush(timeouts_.command, job.until);
            if (!flushed) co_return flushed;
        }
        auto reply = co_await read_reply(timeouts_.command, job.until);
        if (!reply) co_return std::unexpected(std::move(reply.error()));
        if (job.answered[i]) continue;  // MAIL was refused already
        if (reply->is_positive()) {
            job.accepted.push_back(i);
        } else {
            job.answer(i, *reply, host_);
        }
    }
    co_return Step();
}

Task<Client::Step> Client::offer(Job& job) {
    const bool pipelining = capabilities_.has("PIPELINING");
    wire_.queue(mail_command(job.message));
    bool mail_answered = false;
    for (std::size_t first = 0; first < job.which.size(); first += group_recipients) {
        const auto count = std::min(group_recipients, job.which.size() - first);
        for (std::size_t i = first; pipelining && i < first + count; ++i) {
            wire_.queue(rcpt_command(job.message, job.message.recipients[job.which[i]]));
        }
        auto flushed = co_await flush(timeouts_.command, job.until);
        if (!flushed) co_return flushed;
        if (!mail_answered) {
            auto reply = co_await read_reply(timeouts_.command, job.until);
            if (!reply) co_return std::unexpected(std::move(reply.error()));
            mail_answered = true;
            if (!reply->is_positive()) {
                job.answer_rest(*reply, host_);
                if (!pipelining) co_return Step();
            }
        }
        auto offered = co_await offer_recipients(job, first, count, pipelining);
        if (!offered) co_return offered;
        const bool refused = std::all_of(job.answered.begin(), job.answered.end(), [](bool b) { return b; });
        if (refused) break;
    }
    co_return Step();
}

Task<Client::Step> Client::send_pieces(Job& job, bool stuffed) {
    const auto& text = *job.message.text;
    smtp::DotStuffer stuffer;
    std::string piece;
    std::string wire;
    for (std::uint64_t at = 0; at < text.size(); at += piece.size()) {
        piece.clear();
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes, text.size() - at));
        const auto read = text.read(at, count, piece);
        if (!read) {  // half a message must not be taken for a whole one
            usable_ = false;
            wire_.interrupt();
            co_return std::unexpected(smtp::reply(451, {4, 3, 0}, "message text unreadable now"));
        }
        wire.clear();
        if (stuffed) stuffer.feed(piece, wire);
        wire_.queue(stuffed ? wire : piece);
        auto flushed = co_await flush(timeouts_.text, job.until);
        if (!flushed) co_return flushed;
    }
    wire.clear();
    if (stuffed) stuffer.finish(wire);
    wire_.queue(wire);
    co_return co_await flush(timeouts_.text, job.until);
}

Task<Client::Step> Client::send_text(Job& job) {
    if (capabilities_.has("CHUNKING")) {
        wire_.queue(smtp::print(smtp::BdatCommand{job.message.text->size(), true}));
        co_return co_await send_pieces(job, false);
    }
    auto reply = co_await ask("DATA\r\n", job.until);
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    if (!reply->is_intermediate()) {
        if (reply->is_positive()) reply->code = 451;  // nonsense; nothing was taken
        job.answer_rest(*reply, host_);
        job.accepted.clear();
        co_return Step();
    }
    co_return co_await send_pieces(job, true);
}

// LMTP answers for each accepted recipient in their order (RFC 2033 §4.2), SMTP once for all.
Task<Client::Step> Client::read_verdicts(Job& job) {
    for (const auto place : job.accepted) {
        auto reply = co_await read_reply(timeouts_.end_of_data, job.until);
        if (!reply) co_return std::unexpected(std::move(reply.error()));
        if (dialect_ == Dialect::smtp) {
            for (const auto each : job.accepted) job.answer(each, *reply, host_);
            co_return Step();
        }
        job.answer(place, *reply, host_);
    }
    co_return Step();
}

Task<Client::Step> Client::reset(Job& job) {
    if (!usable_) co_return Step();
    auto reply = co_await ask("RSET\r\n", job.until);
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    co_return Step();
}

Task<std::vector<Outcome>> Client::deliver(const Message& message, std::span<const std::size_t> which,
                                           net::SteadyTime until) {
    Job job{message, which, until, std::vector<Outcome>(which.size()), std::vector<bool>(which.size()), {}};
    bytes_in_before_ = wire_.bytes_in();
    ++messages_;
    if (const auto unfit = refuse_unfit(message)) {
        job.answer_rest(*unfit, {});
        co_return std::move(job.outcomes);
    }
    auto step = co_await offer(job);
    if (step && !job.accepted.empty()) {
        step = co_await send_text(job);
        if (step) step = co_await read_verdicts(job);
    } else if (step) {
        step = co_await reset(job);
    }
    if (!step) job.answer_rest(step.error(), host_);
    co_return std::move(job.outcomes);
}

void Client::quit() {
    if (usable_) (void)wire_.transport().try_write("QUIT\r\n");
    usable_ = false;
}

}  // namespace helio::mta
