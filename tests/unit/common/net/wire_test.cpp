#include "common/net/wire.h"

#include <array>

#include <sys/socket.h>

#include "common/net/fd_transport.h"
#include "tests/support/catch.h"
#include "tests/support/run.h"

using namespace helio;
using namespace helio::net;
using namespace std::chrono_literals;

namespace {

SteadyTime soon() { return std::chrono::steady_clock::now() + 10s; }

struct Ends {
    explicit Ends(std::size_t capacity = 64 * 1024) : pair(memory_pair(capacity)), wire(std::move(pair.server)) {}
    void send(std::string_view bytes) { REQUIRE(pair.client->try_write(bytes).bytes == bytes.size()); }
    MemoryPair pair;
    Wire wire;
};

std::string code_of(const Error& error) { return error.code.message(); }

Task<> expect_line(Wire& wire, std::size_t limit, LineRule rule, std::string expected) {
    auto line = co_await wire.read_line(limit, soon(), rule);
    if (line)
        CHECK(std::string(*line) == expected);
    else
        CHECK(code_of(line.error()) == expected);
}

Task<> expect_interrupted(Wire& wire) {
    auto line = co_await wire.read_line(100, soon());
    REQUIRE_FALSE(line);
    CHECK(line.error().code == errc::cancelled);
}

Task<> expect_timeout(Wire& wire) {
    auto line = co_await wire.read_line(100, std::chrono::steady_clock::now() + 1ms);
    REQUIRE_FALSE(line);
    CHECK(line.error().code == errc::timed_out);
}

/// Until the wire is interrupted: the lines that came, and "woken" for each wake().
Task<> note_all(Wire& wire, std::vector<std::string>& noted) {
    for (;;) {
        const bool has_input = co_await wire.wait_input(never);
        if (wire.interrupted()) co_return;
        if (!has_input) {
            noted.push_back("woken");
            continue;
        }
        auto line = co_await wire.read_line(100, soon());
        if (!line) co_return;
        noted.emplace_back(*line);
    }
}

Task<> flushed(Wire& wire) {
    auto sent = co_await wire.flush(soon());
    REQUIRE(sent);
}

/// A wire on a real socket, and the other end of it.
struct SocketEnds {
    SocketEnds() {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0);
        peer = std::make_unique<FdTransport>(bench.worker(), ends[0], Endpoint{}, Endpoint{});
        wire.emplace(std::make_unique<FdTransport>(bench.worker(), ends[1], Endpoint{}, Endpoint{}));
    }
    void send(std::string_view bytes) { REQUIRE(peer->try_write(bytes).bytes == bytes.size()); }
    test::Workbench bench;
    std::unique_ptr<FdTransport> peer;
    std::optional<Wire> wire;
};

}  // namespace

TEST_CASE("lines end as the rule says and limits hold exactly", "[net]") {
    struct Row {
        std::string input;
        LineRule rule;
        std::string expected;
    };
    const std::string long_line = "line too long";
    const std::string bad = "line with a forbidden byte or line end";
    const auto row = GENERATE_COPY(values<Row>({
        {"NOOP\r\n", LineRule::crlf_or_lf, "NOOP"},
        {"NOOP\n", LineRule::crlf_or_lf, "NOOP"},
        {"\r\n", LineRule::crlf_strict, ""},
        {"NOOP\r\n", LineRule::crlf_strict, "NOOP"},
        {"NOOP\n", LineRule::crlf_strict, bad},
        {"NO\rOP\r\n", LineRule::crlf_strict, bad},
        {std::string("NO\0OP\r\n", 7), LineRule::crlf_or_lf, bad},
        {"12345678\r\n", LineRule::crlf_strict, "12345678"},
        {"123456789\r\n", LineRule::crlf_strict, long_line},
        {"12345678901234567890\r\n", LineRule::crlf_strict, long_line},
        {"NOOP", LineRule::crlf_strict, "connection closed by the peer"},
    }));
    CAPTURE(row.input);
    SECTION("in one piece") {
        Ends ends;
        ends.send(row.input);
        ends.pair.client->shutdown_write();
        test::run(expect_line(ends.wire, 8, row.rule, row.expected));
    }
    SECTION("one byte at a time") {
        Ends ends(1);
        test::Workbench bench;
        bench.start(expect_line(ends.wire, 8, row.rule, row.expected));
        for (const char c : row.input) {
            bench.run_ready();
            ends.send({&c, 1});
        }
        bench.run_ready();
        ends.pair.client->shutdown_write();
        bench.finish();
    }
}

TEST_CASE("after a line that is too long the next one is read", "[net]") {
    Ends ends;
    ends.send(std::string(5000, 'x') + "\r\nNOOP\r\n");
    test::run(expect_line(ends.wire, 10, LineRule::crlf_strict, "line too long"));
    test::run(expect_line(ends.wire, 10, LineRule::crlf_strict, "NOOP"));
}

TEST_CASE("what was buffered before STARTTLS is thrown away", "[net]") {
    Ends ends;
    ends.send("STARTTLS\r\nRSET\r\n");
    test::run(expect_line(ends.wire, 100, LineRule::crlf_strict, "STARTTLS"));
    ends.send("MAIL\r\n");
    ends.wire.discard_buffered();
    ends.send("EHLO\r\n");
    test::run(expect_line(ends.wire, 100, LineRule::crlf_strict, "EHLO"));
}

TEST_CASE("a deadline and an interruption end a read, each with its own error", "[net]") {
    Ends ends;
    test::run(expect_timeout(ends.wire));
    test::Workbench bench;
    bench.start(expect_interrupted(ends.wire));
    bench.run_ready();
    ends.wire.interrupt();
    bench.finish();
}

TEST_CASE("wake ends the wait for input without a read", "[net]") {
    Ends ends;
    std::vector<bool> seen;
    const auto wait = [](Wire& wire, std::vector<bool>& into) -> Task<> {
        const bool input = co_await wire.wait_input(soon());
        into.push_back(input);
    };
    test::Workbench bench;
    bench.start(wait(ends.wire, seen));
    bench.run_ready();
    CHECK(seen.empty());
    ends.wire.wake();
    bench.finish();
    ends.send("x");
    test::run(wait(ends.wire, seen));
    ends.wire.wake();  // remembered
    test::run(wait(ends.wire, seen));
    CHECK(seen == std::vector<bool>{false, true, false});
}

TEST_CASE("a write waits for a slow reader and arrives whole", "[net]") {
    Ends ends(1000);
    const std::string text(100'000, 'm');
    const auto write = [](Wire& wire, std::string bytes) -> Task<> {
        auto sent = co_await wire.write(bytes, soon());
        REQUIRE_OK(sent);
    };
    test::Workbench bench;
    bench.start(write(ends.wire, text));
    std::string got;
    while (got.size() < text.size()) {
        bench.run_ready();
        char buffer[700];
        const auto step = ends.pair.client->try_read(buffer);
        REQUIRE(step.io == Io::done);
        got.append(buffer, step.bytes);
    }
    bench.finish();
    CHECK(got == text);
}

TEST_CASE("bytes that come while a wire is woken are noticed, and a wake while bytes come", "[net]") {
    using Noted = std::vector<std::string>;
    SocketEnds ends;
    Noted noted;
    ends.bench.start(note_all(*ends.wire, noted));
    ends.bench.run_ready();
    ends.send("first\r\n");
    ends.wire->wake();
    ends.bench.run_ready();
    CHECK(noted == Noted{"woken", "first"});
    ends.wire->wake();
    ends.send("second\r\n");
    ends.bench.run_ready();
    CHECK(noted == Noted{"woken", "first", "woken", "second"});
    ends.send("thi");
    ends.bench.run_ready();
    ends.wire->wake();
    ends.send("rd\r\n");
    ends.bench.run_ready();
    CHECK(noted == Noted{"woken", "first", "woken", "second", "third", "woken"});
    ends.wire->interrupt();
    ends.bench.finish();
}

TEST_CASE("queue_all takes a buffer whole, behind what waits, and leaves it empty", "[net]") {
    Ends ends;
    const auto received = [&] {
        test::run(flushed(ends.wire));
        std::array<char, 65536> into{};
        const auto step = ends.pair.client->try_read(into);
        return std::string(into.data(), step.io == Io::done ? step.bytes : 0);
    };
    std::string small = "* 1 EXISTS\r\n";
    ends.wire.queue_all(small);
    CHECK(small.empty());
    CHECK(received() == "* 1 EXISTS\r\n");
    std::string second = "second";
    ends.wire.queue("first ");
    ends.wire.queue_all(second);
    CHECK(second.empty());
    CHECK(received() == "first second");
    std::string large(5000, 'x');
    ends.wire.queue_all(large);
    CHECK(large.empty());
    CHECK(received() == std::string(5000, 'x'));
}
