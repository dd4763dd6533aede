#include "tests/bench/load/options.h"

#include <array>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <utility>

#include "common/base/text.h"

namespace helio::bench {
namespace {

constexpr std::string_view usage_text = R"(helio-bench --mode MODE --server HOST:PORT [option value]...
  --mode          lmtp, smtp, imap-session, imap-idle, pop3, imap-commands,
                  imap-append
  --security      none, tls, starttls (none)
  --ca FILE       verify the server;  --tls-name NAME;  --certificate FILE --key FILE: our own
  --connections   at once (16); imap-idle: how many are held;  --base N: memory is that of those behind N (0)
  --deliver H:P   imap-idle: an LMTP server; measures how soon after its answer the held sessions hear of a message
  --deliver-security none, tls, starttls (none)
  --count N       operations in all; imap-commands: messages in the large mailbox (50,000);  --duration SECONDS: at most so long (10)
  --size          bytes of a message, a list to draw from, or mix: 80 % 4 KiB, 15 % 16 KiB, 5 % 128 KiB (4096)
  --recipients    of a message (1)
  --pipelining    yes or no (yes);  --once yes: a new SMTP connection for each message (no)
  --messages N    RETR per POP3 session (10);  --deletes N: DELE per POP3 session (2)
  --user PATTERN  user{n}@example.test;  --password PATTERN: secret-user{n};  --users N: {n} is from 0 to N-1 (1000)
  --first-user N  {n} is from N on (0);  --in-turn yes: one user after the other, not at random (no)
  --rows KEY,KEY  imap-commands: these only
  --pid P,P       server processes whose CPU and memory are measured, descendants included
  --label TEXT    --json FILE: append the result there as one line
)";

[[noreturn]] void end_with_usage(std::string_view error) {
    if (error.empty()) {
        std::cout << usage_text;
        std::exit(0);
    }
    std::cerr << "helio-bench: " << error << '\n' << usage_text;
    std::exit(64);
}

std::uint64_t number(std::string_view key, std::string_view text, std::uint64_t most) {
    const auto value = base::parse_number(text);
    if (!value || *value > most) end_with_usage(std::string(key) + " must be a number up to " + std::to_string(most));
    return *value;
}

template <class T>
T one_of(std::string_view key, std::string_view text, std::initializer_list<std::pair<std::string_view, T>> choices) {
    for (const auto& [name, value] : choices) {
        if (name == text) return value;
    }
    end_with_usage(std::string(key) + " can't be " + std::string(text));
}

std::vector<std::uint64_t> read_sizes(std::string_view text) {
    if (text == "mix") return mixed_sizes();
    std::vector<std::uint64_t> sizes;
    for (const auto part : base::split(text, ',')) sizes.push_back(number("--size", part, 1ULL << 30));
    return sizes;
}

std::string filled(const std::string& pattern, unsigned n) {
    std::string out = pattern;
    const auto at = out.find("{n}");
    if (at != std::string::npos) out.replace(at, 3, std::to_string(n));
    return out;
}

using Setter = std::function<void(Options&, std::string_view)>;

unsigned small(std::string_view key, std::string_view text) {
    return static_cast<unsigned>(number(key, text, 1'000'000));
}

const std::map<std::string_view, Setter>& setters() {
    static const std::map<std::string_view, Setter> table = {
        {"--mode",
         [](Options& o, std::string_view v) {
             o.mode = one_of<Mode>("--mode", v,
                                   {{"lmtp", Mode::lmtp},
                                    {"smtp", Mode::smtp},
                                    {"imap-session", Mode::imap_session},
                                    {"imap-idle", Mode::imap_idle},
                                    {"pop3", Mode::pop3},
                                    {"imap-commands", Mode::imap_commands},
                                    {"imap-append", Mode::imap_append}});
         }},
        {"--server",
         [](Options& o, std::string_view v) {
             auto parsed = net::HostPort::parse(v);
             if (!parsed) end_with_usage("--server must be HOST:PORT");
             o.server = *parsed;
         }},
        {"--security",
         [](Options& o, std::string_view v) {
             o.security = one_of<Security>(
                 "--security", v, {{"none", Security::none}, {"tls", Security::tls}, {"starttls", Security::starttls}});
         }},
        {"--deliver",
         [](Options& o, std::string_view v) {
             auto parsed = net::HostPort::parse(v);
             if (!parsed) end_with_usage("--deliver must be HOST:PORT");
             o.deliver = *parsed;
         }},
        {"--deliver-security",
         [](Options& o, std::string_view v) {
             o.deliver_security =
                 one_of<Security>("--deliver-security", v,
                                  {{"none", Security::none}, {"tls", Security::tls}, {"starttls", Security::starttls}});
         }},
        {"--ca", [](Options& o, std::string_view v) { o.ca_file = v; }},
        {"--tls-name", [](Options& o, std::string_view v) { o.tls_name = v; }},
        {"--certificate", [](Options& o, std::string_view v) { o.certificate = v; }},
        {"--key", [](Options& o, std::string_view v) { o.key = v; }},
        {"--connections", [](Options& o, std::string_view v) { o.connections = small("--connections", v); }},
        {"--base", [](Options& o, std::string_view v) { o.base = small("--base", v); }},
        {"--count", [](Options& o, std::string_view v) { o.count = number("--count", v, 1ULL << 40); }},
        {"--duration",
         [](Options& o, std::string_view v) { o.duration = std::chrono::seconds(number("--duration", v, 1'000'000)); }},
        {"--size", [](Options& o, std::string_view v) { o.sizes = read_sizes(v); }},
        {"--recipients", [](Options& o, std::string_view v) { o.recipients = small("--recipients", v); }},
        {"--messages", [](Options& o, std::string_view v) { o.messages = small("--messages", v); }},
        {"--deletes", [](Options& o, std::string_view v) { o.deletes = small("--deletes", v); }},
        {"--pipelining",
         [](Options& o, std::string_view v) {
             o.pipelining = one_of<bool>("--pipelining", v, {{"yes", true}, {"no", false}});
         }},
        {"--once",
         [](Options& o, std::string_view v) { o.once = one_of<bool>("--once", v, {{"yes", true}, {"no", false}}); }},
        {"--user", [](Options& o, std::string_view v) { o.user = v; }},
        {"--password", [](Options& o, std::string_view v) { o.password = v; }},
        {"--users", [](Options& o, std::string_view v) { o.users = small("--users", v); }},
        {"--pid",
         [](Options& o, std::string_view v) {
             for (const auto part : base::split(v, ',')) {
                 o.pids.push_back(static_cast<int>(number("--pid", part, 1 << 30)));
             }
         }},
        {"--first-user", [](Options& o, std::string_view v) { o.first_user = small("--first-user", v); }},
        {"--in-turn",
         [](Options& o, std::string_view v) {
             o.in_turn = one_of<bool>("--in-turn", v, {{"yes", true}, {"no", false}});
         }},
        {"--rows",
         [](Options& o, std::string_view v) {
             for (const auto part : base::split(v, ',')) o.rows.emplace_back(part);
         }},
        {"--label", [](Options& o, std::string_view v) { o.label = v; }},
        {"--json", [](Options& o, std::string_view v) { o.json_file = v; }},
    };
    return table;
}

}  // namespace

std::string Options::user_name(unsigned n) const { return filled(user, first_user + n); }
std::string Options::user_password(unsigned n) const { return filled(password, first_user + n); }

std::string_view name_of(Mode mode) {
    static constexpr std::array names = {"lmtp", "smtp",          "imap-session", "imap-idle",
                                         "pop3", "imap-commands", "imap-append"};
    return names[static_cast<std::size_t>(mode)];
}

std::vector<std::uint64_t> mixed_sizes() {
    std::vector<std::uint64_t> sizes(16, 4096);
    sizes.insert(sizes.end(), 3, std::uint64_t{16} * 1024);
    sizes.push_back(std::uint64_t{128} * 1024);
    return sizes;
}

Options parse_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; i += 2) {
        const std::string_view key = argv[i];
        if (key == "--help") end_with_usage({});
        const auto found = setters().find(key);
        if (found == setters().end()) end_with_usage("unknown option " + std::string(key));
        if (i + 1 == argc) end_with_usage(std::string(key) + " needs a value");
        found->second(options, argv[i + 1]);
    }
    if (options.server.port == 0) end_with_usage("--server is missing");
    if (options.connections == 0 || options.users == 0 || options.sizes.empty() || options.recipients == 0) {
        end_with_usage("--connections, --users, --recipients and --size must not be 0");
    }
    if (options.base >= options.connections && options.base > 0) end_with_usage("--base must be below --connections");
    if (options.tls_name.empty()) options.tls_name = options.server.host;
    return options;
}

}  // namespace helio::bench
