// Peers that misbehave on a real socket: slow-loris, half-close, garbage, broken TLS. Each gets its error and none of
// them keeps another client from being served.
#include <thread>

#include <sys/socket.h>

#include "common/net/listener.h"
#include "tests/support/catch.h"
#include "tests/support/certificates.h"
#include "tests/support/run.h"

using namespace helio;
using namespace helio::net;
using namespace std::chrono_literals;

namespace {

constexpr auto line_limit = 200ms;
SteadyTime soon() { return std::chrono::steady_clock::now() + 20s; }

// One line per session, with a total time limit however slowly it trickles in; says what it saw.
class OneLineService final : public Service {
public:
    Task<> serve(Connection connection) override {
        auto line = co_await connection.wire.read_line(64, std::chrono::steady_clock::now() + line_limit);
        const auto answer = (line ? "line " + std::string(*line) : line.error().code.message()) + "\r\n";
        co_await connection.wire.write(answer, soon());
    }
    std::string_view too_many() const override { return "busy\r\n"; }
};

struct Server {
    explicit Server(bool implicit_tls = false)
        : listener(runtime, config(implicit_tls), tls, service, sessions, log, metrics) {
        listener.start();
        runtime.on_stop([this] { return stop(); });
        thread = std::thread([this] { runtime.run(); });
    }
    ~Server() {
        runtime.request_stop();
        thread.join();
    }
    Task<> stop() {
        co_await listener.stop();
        sessions.close();
        co_await sessions.drain(std::chrono::steady_clock::now());
    }
    static ListenerConfig config(bool implicit_tls) {
        return {.name = "line",
                .endpoint = *Endpoint::parse("127.0.0.1:0"),
                .implicit_tls = implicit_tls,
                .proxy_protocol_from = {}};
    }
    HostPort at() const { return {"127.0.0.1", listener.endpoint().port}; }

    test::Certificates certificates;
    std::shared_ptr<TlsSource> tls = std::make_shared<TlsSource>(
        TlsConfig{.files = certificates.issue({"localhost"}), .by_server_name = {}, .ca_file = {}});
    logging::Logger log{{.level = logging::Level::error, .format = {}, .file = {}}, "test"};
    base::Registry metrics;
    Runtime runtime{1};
    OneLineService service;
    SessionSet sessions{SessionLimits{}};
    Listener listener;
    std::thread thread;
};

Task<std::unique_ptr<Wire>> dial(HostPort at) {
    auto transport = co_await connect(at, soon());
    REQUIRE_OK(transport);
    co_return std::make_unique<Wire>(std::move(*transport));
}

Task<std::string> answer_of(Wire& wire) {
    auto line = co_await wire.read_line(1000, soon());
    if (!line) co_return "<" + line.error().code.message() + ">";
    co_return std::string(*line);
}

// Sends the whole of `bytes`, then what follows depends on the case.
Task<> say(HostPort at, std::string bytes, bool half_close, std::string expected) {
    auto wire = co_await dial(at);
    co_await wire->write(bytes, soon());
    if (half_close) wire->transport().shutdown_write();
    const auto answer = co_await answer_of(*wire);
    CHECK(answer == expected);
}

// A byte now and then, for as long as the server listens: the limit is on the line, not on the byte.
Task<> trickle(HostPort at) {
    auto wire = co_await dial(at);
    auto& worker = Worker::current();
    for (int i = 0; i < 1000; ++i) {
        auto sent = co_await wire->write("x", soon());
        if (!sent) break;
        const bool answered = co_await wire->wait_input(std::chrono::steady_clock::now() + 10ms);
        if (answered) break;
        co_await worker.sleep_for(milliseconds(1));
    }
    const auto answer = co_await answer_of(*wire);
    CHECK(answer == "timed out");
}

}  // namespace

TEST_CASE("hostile peers get their error and the next client its service", "[net][hostile]") {
    Server server;
    SECTION("half-closed after a line: the answer still comes") {
        test::run(say(server.at(), "a\r\n", true, "line a"));
    }
    SECTION("half-closed within a line") { test::run(say(server.at(), "abc", true, "connection closed by the peer")); }
    SECTION("a line at the limit") {
        test::run(say(server.at(), std::string(64, 'x') + "\r\n", false, "line " + std::string(64, 'x')));
    }
    SECTION("a line above the limit") {
        test::run(say(server.at(), std::string(65, 'x') + "\r\n", false, "line too long"));
    }
    SECTION("a megabyte without a line end") {
        test::run(say(server.at(), std::string(1 << 20, 'x'), true, "connection closed by the peer"));
    }
    SECTION("NUL") {
        test::run(say(server.at(), std::string("a\0b\r\n", 5), false, "line with a forbidden byte or line end"));
    }
    SECTION("slow-loris") { test::run(trickle(server.at())); }
    SECTION("silence") { test::run(say(server.at(), "", false, "timed out")); }
    test::run(say(server.at(), "next\r\n", false, "line next"));
}

TEST_CASE("broken TLS peers are dropped and the next client is served", "[net][hostile][tls]") {
    Server server(true);
    const auto closed = "<connection closed by the peer>";
    SECTION("plain text to a TLS port") {
        const auto scene = [](HostPort at) -> Task<> {
            auto wire = co_await dial(at);
            co_await wire->write("EHLO example.test\r\n", soon());
            std::string all;
            for (;;) {
                auto some = co_await wire->read_some(1000, soon());
                if (!some) break;
                all += *some;
            }
            CHECK(all.find("line") == std::string::npos);
        };
        test::run(scene(server.at()));
    }
    SECTION("half a handshake, then gone") {
        const auto scene = [](HostPort at, std::string expected) -> Task<> {
            auto wire = co_await dial(at);
            co_await wire->write("\x16\x03\x01\x02\x00\x01", soon());
            wire->transport().shutdown_write();
            const auto answer = co_await answer_of(*wire);
            CHECK(answer == expected);
        };
        test::run(scene(server.at(), closed));
    }
    const auto good = [](HostPort at, std::shared_ptr<const TlsContext> context) -> Task<> {
        auto wire = co_await dial(at);
        auto secured = co_await wire->start_tls_client(context, "127.0.0.1", soon());
        REQUIRE_OK(secured);
        co_await wire->write("next\r\n", soon());
        const auto answer = co_await answer_of(*wire);
        CHECK(answer == "line next");
    };
    const TlsConfig client{.files = {},
                           .by_server_name = {},
                           .ca_file = server.certificates.ca_file(),
                           .peer_check = PeerCheck::required,
                           .is_server = false};
    test::run(good(server.at(), TlsContext::load(client)));
}
