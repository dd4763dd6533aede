#include "tests/unit/mmp/proxy_bench.h"

namespace helio::test {
namespace {

using namespace std::chrono_literals;

net::SteadyTime soon() { return std::chrono::steady_clock::now() + 20s; }

bool matches(std::string_view line, std::string_view pattern) {
    if (pattern.ends_with('*')) return line.starts_with(pattern.substr(0, pattern.size() - 1));
    return line == pattern;
}

Task<> expect_line(net::Wire& wire, std::string pattern) {
    auto line = co_await wire.read_line(64 * 1024, soon());
    if (!line && pattern == "(closed)") co_return;
    if (!line) FAIL("instead of \"" << pattern << "\" came " << to_string(line.error()));
    const bool fits = matches(*line, pattern);
    if (!fits) FAIL("instead of \"" << pattern << "\" came \"" << *line << "\"");
}

Task<> play(std::unique_ptr<net::Wire> wire, Role role, Lines lines) { co_await talk(*wire, role, std::move(lines)); }

route::Mailhosts two_stores() {
    return route::Mailhosts::read(config::Document::parse(R"(
[mailhosts."store-a.example.test"]
imap = "10.0.0.1:143"
pop3 = "10.0.0.1:110"
[mailhosts."store-b.example.test"]
imap = "10.0.0.2:143"
)",
                                                          "test")
                                      .root());
}

}  // namespace

Task<> talk(net::Wire& wire, Role role, Lines lines) {
    const std::string_view own = role == Role::client ? "C: " : "S: ";
    for (const auto& line : lines) {
        const auto rest = line.substr(3);
        if (!line.starts_with(own)) {
            co_await expect_line(wire, rest);
            continue;
        }
        auto sent = co_await wire.write(rest + "\r\n", soon());
        REQUIRE_OK(sent);
    }
}

Task<Result<std::unique_ptr<net::Transport>>> ScriptedStores::dial(route::Target target, net::SteadyTime) {
    ++dials_;
    last_target_ = std::move(target);
    if (scripts_.empty()) co_return fail(net::errc::refused, "no script");
    auto script = std::move(scripts_.front());
    scripts_.pop_front();
    auto pair = net::memory_pair();
    auto wire = std::make_unique<net::Wire>(std::move(pair.server));
    if (script.front() == "by hand") {
        by_hand_ = std::move(wire);
    } else {
        bench_.start(play(std::move(wire), Role::server, std::move(script)));
    }
    co_return std::move(pair.client);
}

mmp::FrontendConfig ProxySettings::permissive() {
    mmp::FrontendConfig config;
    config.plaintext_from.push_back(*net::Network::parse("192.0.2.0/24"));
    config.imap_capability = {"IDLE"};
    return config;
}

mmp::StoresConfig ProxySettings::plain_stores() {
    mmp::StoresConfig config;
    config.tls = mmp::StoreTls::none;
    config.retry_pause = 0ms;
    return config;
}

ProxyBench::ProxyBench(ProxySettings settings)
    : authenticator(directory, settings.throttle, log, metrics, clock),
      mailhosts(two_stores()),
      stores(settings.stores, mailhosts, dialer, nullptr, log, metrics, clock),
      imap_gate("imap", imap_dialogue, authenticator, stores, settings.frontend.relay, log, metrics),
      imap_frontend(settings.frontend, nullptr, imap_gate, log),
      pop_gate("pop3", pop_dialogue, authenticator, stores, settings.frontend.relay, log, metrics),
      pop_frontend(settings.frontend, nullptr, pop_gate, log),
      sessions(settings.limits) {
    directory.add_user("alice@example.test", "secret-alice", "store-a.example.test");
    directory.add_user("carol@example.test", "secret-carol", "store-b.example.test");
}

std::unique_ptr<net::Wire> ProxyBench::connect(net::Service& service, std::string_view from) {
    auto pair = net::memory_pair();
    const net::Endpoint client{*net::Address::parse(from), 40001};
    auto token = sessions.enter(client.address);
    REQUIRE(token);
    net::Connection connection{net::Wire(std::move(pair.server)),
                               client,
                               *net::Endpoint::parse("198.51.100.1:143"),
                               "session1",
                               "imap",
                               std::move(*token)};
    bench.start(service.serve(std::move(connection)));
    return std::make_unique<net::Wire>(std::move(pair.client));
}

void ProxyBench::run(net::Service& service, Lines lines, std::string_view from) {
    bench.start(play(connect(service, from), Role::client, std::move(lines)));
    bench.finish();
}

}  // namespace helio::test
