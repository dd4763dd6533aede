#include <zlib.h>

#include "common/net/wire.h"
#include "tests/support/catch.h"
#include "tests/support/run.h"

using namespace helio;
using namespace helio::net;

namespace {

SteadyTime soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

std::string mixed_text(std::size_t bytes) {
    std::string text;
    unsigned random = 1;
    while (text.size() < bytes) {
        random = random * 1664525 + 1013904223;
        text += std::to_string(random) + " the same words ";
    }
    text.resize(bytes);
    return text;
}

std::string raw_deflate(const std::string& plain) {
    z_stream stream{};
    REQUIRE(::deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(::deflateBound(&stream, plain.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(::deflate(&stream, Z_SYNC_FLUSH) == Z_OK);
    out.resize(out.size() - stream.avail_out);
    ::deflateEnd(&stream);
    return out;
}

Task<> send(Wire& wire, std::string text) {
    auto sent = co_await wire.write(text, soon());
    REQUIRE_OK(sent);
}

Task<> receive(Wire& wire, std::size_t bytes, std::string& into) {
    auto got = co_await wire.read_exactly(bytes, into, soon());
    REQUIRE_OK(got);
}

Task<> send_all(Wire& wire, std::string text) {
    co_await send(wire, std::move(text));
    wire.transport().shutdown_write();
}

Task<> receive_all(Wire& wire, std::string& into) {
    for (;;) {
        auto some = co_await wire.read_some(64 * 1024, soon());
        if (!some) {
            CHECK(some.error().code == errc::closed);
            co_return;
        }
        into += *some;
    }
}

struct Ends {
    explicit Ends(std::size_t capacity) : pair(memory_pair(capacity)), client(deflated(std::move(pair.client))) {}
    MemoryPair pair;
    Wire client;
    Wire server{deflated(std::move(pair.server))};
};

}  // namespace

TEST_CASE("what one end deflates the other inflates, however the stream is cut", "[net]") {
    const auto capacity = GENERATE(std::size_t{1}, std::size_t{7}, std::size_t{64 * 1024});
    const auto bytes = GENERATE(std::size_t{1}, std::size_t{100}, std::size_t{20'000});
    CAPTURE(capacity, bytes);
    const auto text = mixed_text(bytes);
    Ends ends(capacity);
    std::string up;
    std::string down;
    test::Workbench bench;
    bench.start(send_all(ends.client, text));
    bench.start(receive_all(ends.server, up));
    bench.start(send_all(ends.server, text));
    bench.start(receive_all(ends.client, down));
    bench.finish();
    CHECK(up == text);
    CHECK(down == text);
}

TEST_CASE("each write arrives without another one behind it", "[net]") {
    Ends ends(64 * 1024);
    for (const std::string word : {"one", "two", "three"}) {
        std::string heard;
        test::Workbench bench;
        bench.start(send(ends.client, word));
        bench.start(receive(ends.server, word.size(), heard));
        bench.finish();
        CHECK(heard == word);
    }
}

TEST_CASE("a deflate bomb costs no more than the reader's own limit", "[net]") {
    auto pair = memory_pair(1 << 20);
    const auto bomb = raw_deflate(std::string(200u << 20, 'x'));  // 200 MiB of a line in 200 KiB
    REQUIRE(bomb.size() < 300'000);
    Wire client(std::move(pair.client));
    Wire server(deflated(std::move(pair.server)));
    test::run([](Wire& from, Wire& to, std::string bytes) -> Task<> {
        co_await send(from, std::move(bytes));
        for (int i = 0; i < 3; ++i) {
            auto some = co_await to.read_some(1000, soon());
            REQUIRE_OK(some);
            CHECK(some->size() <= 1000);
            CHECK(to.buffered().size() <= 64 * 1024);
        }
    }(client, server, bomb));
}

TEST_CASE("damage ends a deflated stream, and so does its end", "[net]") {
    auto pair = memory_pair();
    Wire client(std::move(pair.client));
    Wire server(deflated(std::move(pair.server)));
    test::run([](Wire& from, Wire& to) -> Task<> {
        co_await send(from, raw_deflate("fine\r\n") + std::string("\xff\xff\xff\xff", 4));
        auto line = co_await to.read_line(100, soon());
        REQUIRE_OK(line);
        CHECK(*line == "fine");
        line = co_await to.read_line(100, soon());
        REQUIRE_FALSE(line);
        CHECK(line.error().code == errc::io);
    }(client, server));
    auto second = memory_pair();
    Wire other(std::move(second.client));
    Wire reader(deflated(std::move(second.server)));
    test::run([](Wire& from, Wire& to) -> Task<> {
        co_await send(from, std::string("\x03\x00", 2));  // an empty final block
        auto line = co_await to.read_line(100, soon());
        REQUIRE_FALSE(line);
        CHECK(line.error().code == errc::closed);
    }(other, reader));
}
