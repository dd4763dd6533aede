// The session after the login: slow readers, half-closes, interrupts.
#include "tests/unit/mmp/proxy_bench.h"

using namespace helio;
using namespace helio::test;

namespace {

/// A session that is logged in, with both ends in the test's hands.
struct Relayed {
    explicit Relayed(ProxyBench& its_proxy) : proxy(its_proxy) {
        proxy.dialer.expect_by_hand();
        client = proxy.connect(proxy.imap);
        say(*client, Role::client, {imap_greeting, "C: a1 LOGIN alice@example.test secret-alice"});
        store = proxy.dialer.take_by_hand();
        REQUIRE(store);
        say(*store, Role::server, {"S: * OK ready", "C: p1 ID *", "C: p2 AUTH*", "S: p1 OK", "S: p2 OK in"});
        say(*client, Role::client, {"S: a1 OK Logged in"});
    }
    void say(net::Wire& wire, Role role, Lines lines) {
        proxy.bench.start(talk(wire, role, std::move(lines)));
        proxy.bench.run_ready();
    }

    ProxyBench& proxy;
    std::unique_ptr<net::Wire> client;
    std::unique_ptr<net::Wire> store;
};

/// Writes until nothing more goes out; how much went.
std::size_t fill(ProxyBench& proxy, net::Wire& wire, std::size_t most) {
    const std::string block(16 * 1024, 'm');
    std::size_t written = 0;
    for (int idle = 0; written < most && idle < 3;) {
        const auto step = wire.transport().try_write(block);
        if (step.io == net::Io::done) written += step.bytes;
        idle = step.io == net::Io::done ? 0 : idle + 1;
        proxy.bench.run_ready();
    }
    return written;
}

std::size_t drain(ProxyBench& proxy, net::Wire& wire) {
    std::string buffer(64 * 1024, '\0');
    std::size_t got = 0;
    for (int idle = 0; idle < 3;) {
        const auto step = wire.transport().try_read(buffer);
        if (step.io == net::Io::done) got += step.bytes;
        idle = step.io == net::Io::done ? 0 : idle + 1;
        proxy.bench.run_ready();
    }
    return got;
}

}  // namespace

TEST_CASE("a client that doesn't read slows its store down instead of filling the proxy", "[mmp][relay]") {
    ProxyBench proxy;
    Relayed session(proxy);
    const auto written = fill(proxy, *session.store, 8 << 20);
    // Two streams of 64 KiB and what the relay holds.
    CHECK(written < 256 * 1024);
    auto got = drain(proxy, *session.client);
    CHECK(got == written);
    const auto more = fill(proxy, *session.store, 8 << 20);
    CHECK(more > 0);
    got = drain(proxy, *session.client);
    CHECK(got == more);
    session.client.reset();
    session.store.reset();
    proxy.bench.finish();
}

TEST_CASE("a store that doesn't read slows its client down instead of filling the proxy", "[mmp][relay]") {
    ProxyBench proxy;
    Relayed session(proxy);
    const auto written = fill(proxy, *session.client, 8 << 20);
    CHECK(written < 256 * 1024);
    CHECK(drain(proxy, *session.store) == written);
    session.client.reset();
    session.store.reset();
    proxy.bench.finish();
}

TEST_CASE("a client's half-close reaches the store and the answer still comes back", "[mmp][relay]") {
    ProxyBench proxy;
    Relayed session(proxy);
    session.say(*session.client, Role::client, {"C: a2 LOGOUT"});
    session.client->transport().shutdown_write();
    session.say(*session.store, Role::server, {"C: a2 LOGOUT", "C: (closed)", "S: * BYE", "S: a2 OK"});
    session.store.reset();
    session.say(*session.client, Role::client, {"S: * BYE", "S: a2 OK", "S: (closed)"});
    proxy.bench.finish();
    CHECK(proxy.sessions.size() == 0);
}

TEST_CASE("a store that goes away ends the client's session", "[mmp][relay]") {
    ProxyBench proxy;
    Relayed session(proxy);
    session.say(*session.store, Role::server, {"S: * BYE going down"});
    session.store.reset();
    session.say(*session.client, Role::client, {"S: * BYE going down", "S: (closed)"});
    session.client.reset();
    proxy.bench.finish();
    CHECK(proxy.sessions.size() == 0);
}

TEST_CASE("interrupted sessions end at once, before and after the login", "[mmp][relay]") {
    ProxyBench proxy;
    Relayed session(proxy);
    auto waiting = proxy.connect(proxy.imap);
    proxy.bench.run_ready();
    CHECK(proxy.sessions.size() == 2);
    proxy.sessions.close();
    proxy.bench.start(proxy.sessions.drain(std::chrono::steady_clock::now()));
    proxy.bench.finish();
    CHECK(proxy.sessions.size() == 0);
}

TEST_CASE("a user can be kicked by name", "[mmp][relay]") {
    ProxyBench proxy;
    Relayed session(proxy);
    CHECK(proxy.sessions.interrupt_user("alice@example.test") == 1);
    proxy.bench.finish();
    CHECK(proxy.sessions.size() == 0);
}

TEST_CASE("relayed bytes are counted by direction", "[mmp][relay]") {
    ProxyBench proxy;
    Relayed session(proxy);
    session.say(*session.client, Role::client, {"C: a2 NOOP"});
    session.say(*session.store, Role::server, {"C: a2 NOOP", "S: a2 OK done"});
    session.client.reset();
    session.store.reset();
    proxy.bench.finish();
    const auto page = proxy.metrics.print();
    CHECK(page.find("helio_mmp_relayed_bytes_total{protocol=\"imap\",direction=\"to_store\"} 9") != std::string::npos);
    CHECK(page.find("helio_mmp_relayed_bytes_total{protocol=\"imap\",direction=\"to_client\"} 12") !=
          std::string::npos);
}

TEST_CASE("at the end of the daemon clients before login are told at once, relays go on", "[mmp][relay]") {
    ProxyBench proxy;
    auto imap = proxy.connect(proxy.imap);
    auto pop = proxy.connect(proxy.pop);
    Relayed relayed(proxy);
    proxy.sessions.close();
    proxy.bench.start(talk(*imap, Role::client, {"S: * OK *", "S: * BYE The server is shutting down", "S: (closed)"}));
    proxy.bench.start(
        talk(*pop, Role::client, {"S: +OK *", "S: -ERR [SYS/TEMP] The server is shutting down", "S: (closed)"}));
    proxy.bench.run_ready();
    CHECK(proxy.sessions.size() == 1);
    proxy.bench.start(talk(*relayed.client, Role::client, {"C: a2 NOOP", "S: a2 OK done"}));
    proxy.bench.start(talk(*relayed.store, Role::server, {"C: a2 NOOP", "S: a2 OK done"}));
    proxy.bench.run_ready();
    relayed.client.reset();
    relayed.store.reset();
    proxy.bench.finish();
    CHECK(proxy.sessions.size() == 0);
}
