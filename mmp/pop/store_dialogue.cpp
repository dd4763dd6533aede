#include "mmp/pop/store_dialogue.h"

#include <array>
#include <utility>

#include "common/base/text.h"
#include "mmp/backend/proxy_message.h"
#include "mmp/errc.h"

namespace helio::mmp {
namespace {

constexpr std::size_t most_line_bytes = 1024;    // RFC 2449 §4 allows 512
constexpr std::size_t most_command_bytes = 255;  // RFC 5034 §4, with CRLF

/// Refusals that tell the client something; the others mean that the site is set up wrongly.
constexpr std::array<std::string_view, 4> passed_on = {"IN-USE", "LOGIN-DELAY", "SYS/TEMP", "SYS/PERM"};

std::string_view passed_on_code(std::string_view code) {
    for (const auto known : passed_on) {
        if (base::equals_ignoring_case(code, known)) return known;
    }
    return {};
}

Error bad_store(std::string_view line) { return Error{errc::bad_store, base::printable(line)}; }

std::string xclient_command(const Passenger& passenger) {
    return "XCLIENT ADDR=" + passenger.client.address.to_string() + " PORT=" + std::to_string(passenger.client.port) +
           " SESSION=" + passenger.session + "\r\n";
}

/// Reads one reply that must be +OK. Errors: bad_store, store_busy for a greeting of -ERR.
Task<Result<>> read_ok(net::Wire& store, errc otherwise, net::SteadyTime deadline) {
    auto line = co_await store.read_line(most_line_bytes, deadline);
    if (!line) co_return fail(std::move(line.error()));
    const auto reply = parse_pop_reply(*line);
    if (reply.kind == PopReplyLine::Kind::ok) co_return Result<>();
    co_return fail(reply.kind == PopReplyLine::Kind::error ? otherwise : errc::bad_store, base::printable(*line));
}

Task<Result<>> start_tls(net::Wire& store, DialogueContext context) {
    auto sent = co_await store.write("STLS\r\n", context.deadline);
    if (!sent) co_return sent;
    auto ok = co_await read_ok(store, errc::bad_store, context.deadline);
    if (!ok) co_return ok;
    store.discard_buffered();
    auto agreed = co_await store.start_tls_client(context.tls_context, context.tls_name, context.deadline);
    co_return agreed;
}

Task<Result<StoreVerdict>> read_verdict(net::Wire& store, int before, std::string owed, net::SteadyTime deadline) {
    // The replies to UTF8 and XCLIENT come first; a store that doesn't know them serves as well.
    for (; before > 0; --before) {
        auto forwarded = co_await store.read_line(most_line_bytes, deadline);
        if (!forwarded) co_return fail(std::move(forwarded.error()));
        if (parse_pop_reply(*forwarded).kind == PopReplyLine::Kind::other) co_return fail(bad_store(*forwarded));
    }
    for (;;) {
        auto line = co_await store.read_line(most_line_bytes, deadline);
        if (!line) co_return fail(std::move(line.error()));
        const auto reply = parse_pop_reply(*line);
        if (reply.kind == PopReplyLine::Kind::ok) {
            co_return StoreVerdict{.welcome = true, .capability = {}, .code = {}, .reason = {}};
        }
        if (reply.kind == PopReplyLine::Kind::error) {
            const auto code = passed_on_code(reply.code);
            if (code.empty()) co_return fail(errc::store_refused, base::printable(*line));
            co_return StoreVerdict{
                .welcome = false, .capability = {}, .code = std::string(code), .reason = base::printable(*line)};
        }
        if (reply.kind == PopReplyLine::Kind::other || owed.empty()) co_return fail(bad_store(*line));
        auto sent = co_await store.write(std::exchange(owed, {}) + "\r\n", deadline);
        if (!sent) co_return fail(std::move(sent.error()));
    }
}

}  // namespace

// "+OK" / "-ERR" / "+" SP [base64]; extended: "-ERR" SP "[" code "]" SP text
PopReplyLine parse_pop_reply(std::string_view line) {
    PopReplyLine reply;
    if (line == "+" || line.starts_with("+ ")) {
        reply.kind = PopReplyLine::Kind::challenge;
        reply.text = line.substr(line.size() < 2 ? line.size() : 2);
        return reply;
    }
    const auto space = line.find(' ');
    const auto word = line.substr(0, space);
    if (base::equals_ignoring_case(word, "+OK")) reply.kind = PopReplyLine::Kind::ok;
    if (base::equals_ignoring_case(word, "-ERR")) reply.kind = PopReplyLine::Kind::error;
    reply.text = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
    if (reply.kind == PopReplyLine::Kind::other || !reply.text.starts_with('[')) return reply;
    const auto close = reply.text.find(']');
    if (close == std::string_view::npos) return reply;
    reply.code = reply.text.substr(1, close - 1);
    reply.text.remove_prefix(close + 1);
    if (reply.text.starts_with(' ')) reply.text.remove_prefix(1);
    return reply;
}

Task<Result<StoreVerdict>> PopStoreDialogue::log_in(net::Wire& store, Passenger passenger,
                                                    const ProxyIdentity& identity, DialogueContext context) const {
    const auto deadline = context.deadline;
    auto greeted = co_await read_ok(store, errc::store_busy, deadline);
    if (!greeted) co_return fail(std::move(greeted.error()));
    if (context.tls == StoreTls::starttls) {
        auto secured = co_await start_tls(store, std::move(context));
        if (!secured) co_return fail(std::move(secured.error()));
    }
    auto message = proxy_message(identity, passenger.user);
    std::string authenticate = "AUTH ";
    authenticate += mechanism_of(identity);
    if (authenticate.size() + 1 + message.size() + 2 <= most_command_bytes) {
        authenticate += " " + std::exchange(message, {});
    }
    const std::string utf8 = passenger.utf8 ? "UTF8\r\n" : "";
    auto sent = co_await store.write(utf8 + xclient_command(passenger) + authenticate + "\r\n", deadline);
    if (!sent) co_return fail(std::move(sent.error()));
    auto verdict = co_await read_verdict(store, passenger.utf8 ? 2 : 1, std::move(message), deadline);
    co_return verdict;
}

}  // namespace helio::mmp
