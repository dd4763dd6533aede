#include "tests/bench/load/peer.h"

#include "common/base/text.h"

namespace helio::bench {
namespace {

constexpr std::size_t longest_line = 1024 * 1024;

// The number of a literal that `line` ends with ("{123}" or "{123+}").
std::optional<std::uint64_t> literal_of(std::string_view line) {
    if (!line.ends_with('}')) return std::nullopt;
    const auto open = line.rfind('{');
    if (open == std::string_view::npos) return std::nullopt;
    auto digits = line.substr(open + 1, line.size() - open - 2);
    if (digits.ends_with('+')) digits.remove_suffix(1);
    return base::parse_number(digits);
}

}  // namespace

std::unexpected<Error> unexpected_answer(std::string_view where, std::string_view answer) {
    return fail(net::errc::io, std::string(where) + ": " + base::printable(answer, 120));
}

base::SteadyTime Peer::deadline() { return base::system_clock().now() + std::chrono::minutes(1); }

Task<Result<Peer>> Peer::open(Run* run) {
    auto plain = co_await net::connect(run->options.server, deadline());
    if (!plain) co_return fail(plain.error());
    auto transport = std::move(*plain);
    if (run->options.security == Security::tls) {
        auto secure = co_await net::tls_connect(std::move(transport), run->tls, run->options.tls_name, deadline());
        if (!secure) co_return fail(secure.error());
        transport = std::move(*secure);
    }
    co_return Peer(std::make_unique<net::Wire>(std::move(transport)));
}

Task<Result<>> Peer::start_tls(Run* run) {
    co_return co_await wire_->start_tls_client(run->tls, run->options.tls_name, deadline());
}

Task<Result<>> Peer::send(std::string_view bytes) { co_return co_await wire_->write(bytes, deadline()); }

Task<Result<std::string>> Peer::line() {
    auto view = co_await wire_->read_line(longest_line, deadline());
    if (!view) co_return fail(view.error());
    co_return std::string(*view);
}

Task<Result<std::string>> Peer::smtp_reply(char expected) {
    for (;;) {
        auto text = co_await line();
        if (!text) co_return fail(text.error());
        if (text->size() > 3 && (*text)[3] == '-') continue;
        if (text->empty() || text->front() != expected) co_return unexpected_answer("smtp", *text);
        co_return text;
    }
}

Task<Result<std::string>> Peer::smtp_features() {
    std::string all;
    for (;;) {
        auto text = co_await line();
        if (!text) co_return fail(text.error());
        all += base::to_upper(*text) + "\n";
        if (text->size() > 3 && (*text)[3] == '-') continue;
        if (text->empty() || text->front() != '2') co_return unexpected_answer("hello", *text);
        co_return all;
    }
}

Task<Result<std::string>> Peer::pop_reply() {
    auto text = co_await line();
    if (text && !text->starts_with("+OK")) co_return unexpected_answer("pop3", *text);
    co_return text;
}

Task<Result<std::uint64_t>> Peer::pop_body() {
    constexpr std::string_view last = "\r\n.\r\n";
    std::uint64_t bytes = 0;
    std::string end = "\r\n";  // the last of what came
    for (;;) {
        auto some = co_await wire_->read_some(64 * 1024, deadline());
        if (!some) co_return fail(some.error());
        bytes += some->size();
        end += some->substr(some->size() - std::min(some->size(), last.size()));
        end.erase(0, end.size() - std::min(end.size(), last.size()));
        if (end == last) co_return bytes - 3;
    }
}

Task<Result<std::uint64_t>> Peer::imap_bytes(std::string_view tag) {
    constexpr std::size_t longest_end = 512;
    const std::string start = "\r\n" + std::string(tag) + " ";
    std::uint64_t bytes = 0;
    std::string end = "\r\n";  // the last of what came
    for (;;) {
        auto some = co_await wire_->read_some(64 * 1024, deadline());
        if (!some) co_return fail(some.error());
        bytes += some->size();
        end += some->substr(some->size() - std::min(some->size(), longest_end));
        if (end.size() > 2 * longest_end) end.erase(0, end.size() - longest_end);
        if (!end.ends_with("\r\n")) continue;
        const auto at = end.rfind("\r\n", end.size() - 3);
        if (at == std::string::npos || !std::string_view(end).substr(at).starts_with(start)) continue;
        const auto text = std::string_view(end).substr(at + start.size());
        if (!text.starts_with("OK")) co_return unexpected_answer("imap", text);
        co_return bytes;
    }
}

Task<Result<Peer::Imap>> Peer::imap_reply(std::string_view tag) {
    Imap seen;
    bool at_start = true;  // of a response, not behind a literal
    for (;;) {
        auto view = co_await wire_->read_line(longest_line, deadline());
        if (!view) co_return fail(view.error());
        const auto text = *view;
        seen.bytes += text.size() + 2;
        const auto literal = literal_of(text);
        if (at_start && !literal && text.starts_with(tag)) {
            if (!text.substr(tag.size()).starts_with(" OK"))
                co_return unexpected_answer("imap", text.substr(tag.size()));
            co_return seen;
        }
        if (at_start && text.starts_with("* ") && text.ends_with(" EXISTS")) {
            seen.exists = base::parse_number(text.substr(2, text.size() - 9)).value_or(0);
        }
        at_start = !literal;
        for (std::uint64_t left = literal.value_or(0); left > 0;) {
            auto some = co_await wire_->read_some(std::min<std::uint64_t>(left, 64 * 1024), deadline());
            if (!some) co_return fail(some.error());
            left -= some->size();
            seen.bytes += some->size();
        }
    }
}

}  // namespace helio::bench
