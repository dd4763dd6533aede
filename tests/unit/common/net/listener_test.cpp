#include "common/net/listener.h"

#include <atomic>
#include <thread>

#include "common/net/admin_server.h"
#include "common/net/proxy_protocol.h"
#include "common/net/relay.h"
#include "tests/support/catch.h"
#include "tests/support/certificates.h"
#include "tests/support/run.h"

using namespace helio;
using namespace helio::net;
using namespace std::chrono_literals;

namespace {

SteadyTime soon() { return std::chrono::steady_clock::now() + 20s; }

// Answers each line with the client's address and the line; "quit" ends.
class EchoService final : public Service {
public:
    Task<> serve(Connection connection) override {
        for (;;) {
            auto line = co_await connection.wire.read_line(100, soon());
            if (!line) {
                ++(line.error().code == errc::cancelled ? interrupted : ended);
                co_return;
            }
            const auto answer = connection.client.address.to_string() + " " + std::string(*line) + "\r\n";
            auto sent = co_await connection.wire.write(answer, soon());
            if (!sent || answer.ends_with("quit\r\n")) co_return;
        }
    }
    std::string_view too_many() const override { return "* BYE too many connections\r\n"; }
    std::atomic<int> interrupted = 0;
    std::atomic<int> ended = 0;
};

struct Server {
    explicit Server(SessionLimits limits = {}, ListenerConfig config = {}, std::shared_ptr<TlsSource> tls = nullptr)
        : sessions(limits), listener(runtime, named(std::move(config)), std::move(tls), echo, sessions, log, metrics) {
        listener.start();
        runtime.on_stop([this] { return listener.stop(); });
        runtime.on_stop([this] { return stop_sessions(); });
        thread = std::thread([this] { runtime.run(); });
    }
    ~Server() {
        runtime.request_stop();
        thread.join();
    }
    static ListenerConfig named(ListenerConfig config) {
        config.name = "echo";
        config.endpoint = *Endpoint::parse("127.0.0.1:0");
        return config;
    }
    Task<> stop_sessions() {
        sessions.close();
        co_await sessions.drain(std::chrono::steady_clock::now());
    }
    HostPort at() const { return {"127.0.0.1", listener.endpoint().port}; }

    logging::Logger log{{.level = logging::Level::error, .format = {}, .file = {}}, "test"};
    base::Registry metrics;
    Runtime runtime{2};
    EchoService echo;
    SessionSet sessions;
    Listener listener;
    std::thread thread;
};

Task<std::unique_ptr<Wire>> dial(HostPort at) {
    auto transport = co_await connect(at, soon());
    REQUIRE_OK(transport);
    co_return std::make_unique<Wire>(std::move(*transport));
}

Task<std::string> ask(Wire& wire, std::string line) {
    auto sent = co_await wire.write(line + "\r\n", soon());
    if (!sent) co_return to_string(sent.error());
    auto answer = co_await wire.read_line(200, soon());
    if (!answer) co_return to_string(answer.error());
    co_return std::string(*answer);
}

}  // namespace

TEST_CASE("connections are served, counted and limited by address", "[net]") {
    Server server({.total = 10, .per_address = 2, .per_user = 1});
    const auto scene = [](HostPort at) -> Task<> {
        auto first = co_await dial(at);
        auto second = co_await dial(at);
        const auto one = co_await ask(*first, "a");
        CHECK(one == "127.0.0.1 a");
        const auto two = co_await ask(*second, "b");
        CHECK(two == "127.0.0.1 b");
        auto third = co_await dial(at);
        auto refused = co_await third->read_line(200, soon());
        REQUIRE_OK(refused);
        CHECK(*refused == "* BYE too many connections");
        const auto bye = co_await ask(*first, "quit");
        CHECK(bye == "127.0.0.1 quit");
        auto closed = co_await first->read_line(200, soon());
        CHECK_FALSE(closed);
        auto fourth = co_await dial(at);  // the place of the first is free again
        const auto four = co_await ask(*fourth, "d");
        CHECK(four == "127.0.0.1 d");
    };
    test::run(scene(server.at()));
}

TEST_CASE("at the end sessions inside are interrupted, new ones find no door", "[net]") {
    auto server = std::make_unique<Server>();
    const auto at = server->at();
    test::Workbench bench;
    std::unique_ptr<Wire> wire;
    const auto enter = [](HostPort to, std::unique_ptr<Wire>& into) -> Task<> {
        into = co_await dial(to);
        const auto answer = co_await ask(*into, "a");
        CHECK(answer == "127.0.0.1 a");
    };
    bench.start(enter(at, wire));
    bench.finish();
    server->runtime.request_stop();
    server->thread.join();
    CHECK(server->echo.interrupted == 1);
    const auto late = [](HostPort to) -> Task<> {
        auto transport = co_await connect(to, soon());
        CHECK_FALSE(transport);
        if (!transport) CHECK(transport.error().code == errc::refused);
    };
    bench.start(late(at));
    bench.finish();
    server->thread = std::thread([] {});
}

TEST_CASE("a PROXY header is taken from listed peers and is the client's address then", "[net]") {
    ListenerConfig config;
    config.proxy_protocol_from = {*Network::parse("127.0.0.0/8")};
    Server server({}, config);
    const auto scene = [](HostPort at, std::string header, std::string expected) -> Task<> {
        auto wire = co_await dial(at);
        const auto answer = co_await ask(*wire, header + "x");
        CHECK(answer == expected);
    };
    const auto header = proxy_header(*Endpoint::parse("203.0.113.9:4711"), *Endpoint::parse("192.0.2.1:25"));
    test::run(scene(server.at(), header, "203.0.113.9 x"));
    test::run(scene(server.at(), "PROXY TCP4 203.0.113.7 192.0.2.1 1 2\r\n", "203.0.113.7 x"));
    test::run(scene(server.at(), "", "connection closed by the peer"));
}

TEST_CASE("a PROXY header of a stranger is just a line", "[net]") {
    Server server;
    const auto scene = [](HostPort at) -> Task<> {
        auto wire = co_await dial(at);
        const auto answer = co_await ask(*wire, "PROXY TCP4 203.0.113.7 192.0.2.1 1 2");
        CHECK(answer.starts_with("127.0.0.1 PROXY"));
    };
    test::run(scene(server.at()));
}

TEST_CASE("implicit TLS is done before the service sees the connection", "[net][tls]") {
    test::Certificates certificates;
    const TlsConfig tls{.files = certificates.issue({"localhost"}), .by_server_name = {}, .ca_file = {}};
    ListenerConfig config;
    config.implicit_tls = true;
    Server server({}, config, std::make_shared<TlsSource>(tls));
    const auto scene = [](HostPort at, std::shared_ptr<const TlsContext> context) -> Task<> {
        auto wire = co_await dial(at);
        auto secured = co_await wire->start_tls_client(context, "127.0.0.1", soon());
        REQUIRE_OK(secured);
        const auto answer = co_await ask(*wire, "a");
        CHECK(answer == "127.0.0.1 a");
    };
    const TlsConfig client{.files = {},
                           .by_server_name = {},
                           .ca_file = certificates.ca_file(),
                           .peer_check = PeerCheck::required,
                           .is_server = false};
    test::run(scene(server.at(), TlsContext::load(client)));
}

TEST_CASE("the per-user limit counts users, not addresses, and kicks by user", "[net]") {
    SessionSet sessions({.total = 10, .per_address = 10, .per_user = 1});
    test::Workbench bench;
    auto first = sessions.enter(*Address::parse("192.0.2.1"));
    auto second = sessions.enter(*Address::parse("192.0.2.2"));
    REQUIRE((first && second));
    CHECK(first->claim_user("alice@example.test"));
    CHECK(first->claim_user("alice@example.test"));
    CHECK_FALSE(second->claim_user("alice@example.test"));
    CHECK(second->claim_user("bob@example.test"));
    int kicked = 0;
    first->on_interrupt([&] { ++kicked; });
    CHECK(sessions.interrupt_user("alice@example.test") == 1);
    bench.run_ready();
    CHECK(kicked == 1);
    first.reset();
    CHECK(second->claim_user("alice@example.test"));
}

TEST_CASE("the per-address limit counts an IPv6 /64 as one, and each IPv4 address", "[net]") {
    SessionSet sessions({.total = 10, .per_address = 2, .per_user = 10});
    test::Workbench bench;
    std::vector<SessionSet::Token> inside;
    const auto enters = [&](const char* address) {
        auto token = sessions.enter(*Address::parse(address));
        if (!token) return false;
        inside.push_back(std::move(*token));
        return true;
    };
    CHECK(enters("2001:db8:0:1::1"));
    CHECK(enters("2001:db8:0:1:ffff::2"));
    CHECK_FALSE(enters("2001:db8:0:1::3"));
    CHECK(enters("2001:db8:0:2::1"));
    CHECK(enters("192.0.2.1"));
    CHECK(enters("192.0.2.1"));
    CHECK_FALSE(enters("192.0.2.1"));
    CHECK(enters("192.0.2.2"));
    inside.erase(inside.begin());
    CHECK(enters("2001:db8:0:1::3"));
}

TEST_CASE("a relay passes bytes and half-closes both ways and slows a fast sender", "[net]") {
    auto left = memory_pair(1000);
    auto right = memory_pair(1000);
    Wire client(std::move(left.server));
    Wire server(std::move(right.client));
    RelayResult result;
    const auto run = [](Wire& a, Wire& b, RelayResult& into) -> Task<> { into = co_await relay(a, b, {}); };
    test::Workbench bench;
    bench.start(run(client, server, result));
    std::size_t taken = 0;
    for (;;) {  // nobody reads on the right: the sender must be stopped
        const auto step = left.client->try_write(std::string(500, 'x'));
        if (step.io != Io::done) break;
        taken += step.bytes;
        bench.run_ready();
        REQUIRE(taken < 100'000);
    }
    CHECK(taken < 20'000);
    left.client->shutdown_write();
    std::size_t got = 0;
    char buffer[300];
    for (;;) {
        bench.run_ready();
        const auto step = right.server->try_read(buffer);
        if (step.io == Io::closed) break;
        REQUIRE(step.io == Io::done);
        got += step.bytes;
    }
    CHECK(got == taken);
    right.server->try_write("late answer");
    bench.run_ready();
    const auto late = left.client->try_read(buffer);
    CHECK(std::string(buffer, late.bytes) == "late answer");
    right.server->shutdown_write();
    bench.finish();
    CHECK(result.end == RelayEnd::client_closed);
    CHECK(result.client_to_server_bytes == taken);
    CHECK(result.server_to_client_bytes == 11);
}

TEST_CASE("the admin port answers health, readiness and metrics", "[net]") {
    logging::Logger log({.level = logging::Level::error, .format = {}, .file = {}}, "test");
    base::Registry metrics;
    metrics.counter("helio_test_total", "Tests", "result=\"ok\"").add(3);
    std::string reason = "directory unreachable";
    Runtime runtime(1);
    AdminServer admin(runtime, *Endpoint::parse("127.0.0.1:0"), metrics, [&] { return reason; }, log);
    admin.start();
    runtime.on_stop([&] { return admin.stop(); });
    std::thread thread([&] { runtime.run(); });
    const auto get = [](HostPort at, std::string path, std::string& page) -> Task<> {
        auto wire = co_await dial(at);
        co_await wire->write((path.contains(' ') ? path : "GET " + path) + " HTTP/1.1\r\nHost: x\r\n\r\n", soon());
        for (;;) {
            auto some = co_await wire->read_some(10'000, soon());
            if (!some) co_return;
            page += *some;
        }
    };
    const auto page_of = [&](const std::string& path) {
        std::string page;
        test::run(get({"127.0.0.1", admin.endpoint().port}, path, page));
        return page;
    };
    CHECK_THAT(page_of("/healthz"), Catch::StartsWith("HTTP/1.1 200"));
    CHECK_THAT(page_of("/readyz"), Catch::StartsWith("HTTP/1.1 503") && Catch::EndsWith("directory unreachable\n"));
    CHECK_THAT(page_of("/metrics"),
               Catch::Contains("# TYPE helio_test_total counter\nhelio_test_total{result=\"ok\"} 3\n"));
    CHECK_THAT(page_of("/metrics?x=1"), Catch::StartsWith("HTTP/1.1 200"));
    CHECK_THAT(page_of("HEAD /healthz"), Catch::StartsWith("HTTP/1.1 200") && Catch::EndsWith("\r\n\r\n"));
    CHECK_THAT(page_of("/etc/passwd"), Catch::StartsWith("HTTP/1.1 404"));
    runtime.request_stop();
    thread.join();
}

TEST_CASE("the tls key of a listener says whether STARTTLS may be offered", "[net]") {
    const auto read = [](const std::string& tls) {
        const auto document = config::Document::parse("[imap]\nlisten = \"127.0.0.1:143\"\n" + tls, "test.toml");
        return read_listener_config(document.root().section("imap"), "imap");
    };
    CHECK(read("").starttls);
    CHECK(read("tls = \"starttls\"").starttls);
    CHECK_FALSE(read("tls = \"none\"").starttls);
    CHECK_FALSE(read("tls = \"none\"").implicit_tls);
    CHECK(read("tls = \"implicit\"").implicit_tls);
}

TEST_CASE("a session that is entered while the set closes is told to wind down all the same", "[net]") {
    test::Workbench bench;
    SessionSet sessions{SessionLimits{}};
    bench.start([](SessionSet& set) -> Task<> {
        auto token = set.enter(Address());
        REQUIRE(token);
        set.close();
        CHECK_FALSE(set.enter(Address()));
        auto pair = memory_pair();
        Wire wire(std::move(pair.server));
        token->on_wind_down([&wire] { wire.wind_down(); });
        const auto next = co_await wire.await_command(soon());
        REQUIRE_FALSE(next);
        CHECK(next.error().code == errc::cancelled);
        CHECK(wire.winding_down());
        CHECK_FALSE(wire.interrupted());
    }(sessions));
    bench.finish();
}
