#include "mmp/imap/store_dialogue.h"

#include <array>

#include "common/base/text.h"
#include "common/imap/print.h"
#include "mmp/backend/proxy_message.h"
#include "mmp/errc.h"
#include "mmp/imap/response_line.h"

namespace helio::mmp {
namespace {

constexpr std::size_t most_line_bytes = 8192;
constexpr int most_lines = 64;  // before a tagged answer; a store that talks on is broken

/// Refusals that tell the client something; the others mean that the site is set up wrongly.
constexpr std::array<std::string_view, 6> passed_on = {"UNAVAILABLE", "INUSE",     "LIMIT",
                                                       "OVERQUOTA",   "SERVERBUG", "CONTACTADMIN"};

std::string_view passed_on_code(std::string_view code) {
    for (const auto known : passed_on) {
        if (base::equals_ignoring_case(code, known)) return known;
    }
    return {};
}

/// `ID ("x-originating-ip" ...)`: believed by stores that trust our certificate or address.
std::string id_command(const Passenger& passenger) {
    const std::array<std::pair<std::string_view, std::string>, 6> fields = {
        {{"x-session-id", passenger.session},
         {"x-originating-ip", passenger.client.address.to_string()},
         {"x-originating-port", std::to_string(passenger.client.port)},
         {"x-connected-ip", passenger.local.address.to_string()},
         {"x-connected-port", std::to_string(passenger.local.port)},
         {"x-proxy-ttl", "5"}}};
    std::string command = "p1 ID (";
    for (const auto& [key, value] : fields) {
        if (command.back() != '(') command += ' ';
        imap::print_string(command, key);
        command += ' ';
        imap::print_string(command, value);
    }
    return command + ")\r\n";
}

Error bad_store(std::string_view line) { return Error{errc::bad_store, base::printable(line)}; }

/// Greeting: capabilities when it has them. Errors: bad_store, store_busy.
Task<Result<std::string>> read_greeting(net::Wire& store, net::SteadyTime deadline) {
    auto line = co_await store.read_line(most_line_bytes, deadline);
    if (!line) co_return fail(std::move(line.error()));
    const auto greeting = parse_imap_response(*line);
    if (greeting.tag != "*") co_return fail(bad_store(*line));
    if (base::equals_ignoring_case(greeting.word, "BYE")) co_return fail(errc::store_busy, base::printable(*line));
    if (!base::equals_ignoring_case(greeting.word, "OK")) co_return fail(bad_store(*line));
    const bool listed = base::equals_ignoring_case(greeting.code, "CAPABILITY");
    co_return std::string(listed ? greeting.arguments : std::string_view());
}

Task<Result<>> start_tls(net::Wire& store, DialogueContext context) {
    auto sent = co_await store.write("p0 STARTTLS\r\n", context.deadline);
    if (!sent) co_return sent;
    for (int i = 0; i < most_lines; ++i) {
        auto line = co_await store.read_line(most_line_bytes, context.deadline);
        if (!line) co_return fail(std::move(line.error()));
        const auto answer = parse_imap_response(*line);
        if (answer.tag == "*") continue;
        if (answer.tag != "p0" || !base::equals_ignoring_case(answer.word, "OK")) co_return fail(bad_store(*line));
        store.discard_buffered();
        auto agreed = co_await store.start_tls_client(context.tls_context, context.tls_name, context.deadline);
        co_return agreed;
    }
    co_return fail(errc::bad_store, "no answer to STARTTLS");
}

/// What the tagged answer to AUTHENTICATE means.
Result<StoreVerdict> verdict_of(const ImapResponseLine& answer, std::string capability, std::string_view line) {
    if (base::equals_ignoring_case(answer.word, "OK")) {
        if (base::equals_ignoring_case(answer.code, "CAPABILITY")) capability = answer.arguments;
        return StoreVerdict{.welcome = true, .capability = printable_or_nothing(capability), .code = {}, .reason = {}};
    }
    if (!base::equals_ignoring_case(answer.word, "NO")) return fail(bad_store(line));
    const auto code = passed_on_code(answer.code);
    if (code.empty()) return fail(errc::store_refused, base::printable(line));
    return StoreVerdict{.welcome = false, .capability = {}, .code = std::string(code), .reason = base::printable(line)};
}

Task<Result<StoreVerdict>> read_verdict(net::Wire& store, std::string owed, net::SteadyTime deadline) {
    std::string capability;
    for (int i = 0; i < most_lines; ++i) {
        auto line = co_await store.read_line(most_line_bytes, deadline);
        if (!line) co_return fail(std::move(line.error()));
        const auto answer = parse_imap_response(*line);
        if (answer.tag == "p2") co_return verdict_of(answer, std::move(capability), *line);
        if (answer.tag == "p1") continue;  // a store without ID serves as well
        if (answer.tag == "+") {
            if (owed.empty()) co_return fail(bad_store(*line));
            auto sent = co_await store.write(std::exchange(owed, {}) + "\r\n", deadline);
            if (!sent) co_return fail(std::move(sent.error()));
        } else if (answer.tag != "*") {
            co_return fail(bad_store(*line));
        } else if (base::equals_ignoring_case(answer.word, "CAPABILITY")) {
            capability = answer.text;
        } else if (base::equals_ignoring_case(answer.word, "BYE")) {
            co_return fail(errc::store_busy, base::printable(*line));
        }
    }
    co_return fail(errc::bad_store, "no answer to AUTHENTICATE");
}

}  // namespace

Task<Result<StoreVerdict>> ImapStoreDialogue::log_in(net::Wire& store, Passenger passenger,
                                                     const ProxyIdentity& identity, DialogueContext context) const {
    const auto deadline = context.deadline;
    auto capability = co_await read_greeting(store, deadline);
    if (!capability) co_return fail(std::move(capability.error()));
    if (context.tls == StoreTls::starttls) {
        auto secured = co_await start_tls(store, std::move(context));
        if (!secured) co_return fail(std::move(secured.error()));
    }
    auto message = proxy_message(identity, passenger.user);
    const bool initial = capability->empty() || has_word(*capability, "SASL-IR");
    std::string commands = id_command(passenger);
    commands += "p2 AUTHENTICATE ";
    commands += mechanism_of(identity);
    if (initial) commands += " " + std::exchange(message, {});
    auto sent = co_await store.write(commands + "\r\n", deadline);
    if (!sent) co_return fail(std::move(sent.error()));
    auto verdict = co_await read_verdict(store, std::move(message), deadline);
    co_return verdict;
}

}  // namespace helio::mmp
