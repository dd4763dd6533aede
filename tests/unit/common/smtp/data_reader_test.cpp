#include "common/smtp/data_reader.h"

#include "common/smtp/chunk_reader.h"
#include "common/smtp/dot_stuffer.h"
#include "tests/support/catch.h"

using namespace helio;

namespace {

struct Outcome {
    std::string text;
    std::string rest;
    bool complete = false;
    bool dirty = false;
    bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes, std::size_t step) {
    smtp::DataReader reader;
    Outcome outcome;
    std::size_t at = 0;
    while (at < bytes.size() && !reader.complete()) {
        const auto progress = reader.feed(bytes.substr(at, step), outcome.text);
        at += progress.consumed;
    }
    outcome.rest = bytes.substr(at);
    outcome.complete = reader.complete();
    outcome.dirty = reader.dirty();
    return outcome;
}

}  // namespace

TEST_CASE("end of data is CRLF.CRLF and nothing else", "[smtp]") {
    struct Row {
        std::string wire;
        Outcome outcome;
    };
    const auto row = GENERATE(values<Row>({
        {".\r\n", {"", "", true, false}},
        {"a\r\n.\r\nQUIT\r\n", {"a\r\n", "QUIT\r\n", true, false}},
        {"a\r\n..b\r\n...\r\n.\r\n", {"a\r\n.b\r\n..\r\n", "", true, false}},
        {"a.b\r\n.c\r\n.\r\n", {"a.b\r\nc\r\n", "", true, false}},
        {"a\n.\nb\r\n.\r\n", {"a\r\n.\r\nb\r\n", "", true, true}},
        {"a\n.\r\nb\r\n.\r\n", {"a\r\n.\r\nb\r\n", "", true, true}},
        {"a\r\n.\nb\r\n.\r\n", {"a\r\n\r\nb\r\n", "", true, true}},
        {"a\r.\rb\r\n.\r\n", {"a . b\r\n", "", true, true}},
        {"a\r.\r\nb\r\n.\r\n", {"a .\r\nb\r\n", "", true, true}},
        {"a\r\n.\r\r\nb\r\n.\r\n", {"a\r\n \r\nb\r\n", "", true, true}},
        {"a\r\n.\rX\r\n.\r\n", {"a\r\n X\r\n", "", true, true}},
        {"a\r\r\n.\r\n", {"a \r\n", "", true, true}},
        {std::string("a\0b\r\n.\r\n", 8), {"a b\r\n", "", true, true}},
        {"a\r\n.", {"a\r\n", "", false, false}},
        {"a\r\n.\r", {"a\r\n", "", false, false}},
        {"a", {"a", "", false, false}},
    }));
    CAPTURE(row.wire);
    for (const std::size_t step : {1u, 2u, 3u, 1000u}) {
        CAPTURE(step);
        const auto outcome = read(row.wire, step);
        CHECK(outcome.text == row.outcome.text);
        CHECK(outcome.rest == row.outcome.rest);
        CHECK(outcome.complete == row.outcome.complete);
        CHECK(outcome.dirty == row.outcome.dirty);
    }
}

TEST_CASE("what is stuffed reads back as the same message", "[smtp]") {
    const std::string message = GENERATE(as<std::string>(), "", "a\r\n", ".\r\n", "..\r\n.a\r\n\r\n.\r\n", "\r\n", ".");
    CAPTURE(message);
    for (const std::size_t step : {1u, 2u, 1000u}) {
        std::string wire;
        smtp::DotStuffer stuffer;
        for (std::size_t at = 0; at < message.size(); at += step) {
            stuffer.feed(std::string_view(message).substr(at, step), wire);
        }
        stuffer.finish(wire);
        const auto outcome = read(wire, 7);
        const bool open = !message.empty() && !message.ends_with("\r\n");
        CHECK(outcome.text == message + (open ? "\r\n" : ""));
        CHECK(outcome.complete);
        CHECK(outcome.rest.empty());
        CHECK_FALSE(outcome.dirty);
    }
}

TEST_CASE("no message leaves with an end of data inside", "[smtp]") {
    for (const std::string message : {"a\n.\nb", "a\n.\r\nb", "a\r\n.\nb\r", "\n.\n", "a\r.\r\nMAIL FROM:<>\r\n"}) {
        CAPTURE(message);
        std::string wire;
        smtp::DotStuffer stuffer;
        stuffer.feed(message, wire);
        stuffer.finish(wire);
        CHECK(wire.find("\r\n.\r\n") == wire.size() - 5);
        for (std::size_t i = 0; i < wire.size(); ++i) {
            if (wire[i] == '\n') CHECK((i > 0 && wire[i - 1] == '\r'));
            if (wire[i] == '\r') CHECK((i + 1 < wire.size() && wire[i + 1] == '\n'));
        }
    }
}

TEST_CASE("a chunk is counted exactly", "[smtp]") {
    smtp::ChunkReader chunk(5);
    CHECK(chunk.take("abc") == 3);
    CHECK_FALSE(chunk.complete());
    CHECK(chunk.take("defgh") == 2);
    CHECK(chunk.complete());
    CHECK(chunk.take("x") == 0);
    CHECK(smtp::ChunkReader(0).complete());
}
