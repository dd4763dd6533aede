#include "common/imap/framer.h"

#include <vector>

#include "tests/support/catch.h"

using helio::imap::Framer;
using State = Framer::State;
using Fault = Framer::Fault;

namespace {

// What a session does: accepts literals that it may, refuses others; notes each event.
std::vector<std::string> run(std::string_view input, std::size_t step, Framer::Limits limits = {}) {
    Framer framer(limits);
    std::vector<std::string> events;
    std::string pending;
    std::size_t at = 0;
    while (at < input.size() || !pending.empty()) {
        if (pending.empty()) {
            pending = input.substr(at, step);
            at += pending.size();
        }
        const auto result = framer.feed(pending);
        pending.erase(0, result.consumed);
        if (result.state == State::literal) {
            events.push_back("literal " + std::to_string(result.literal_bytes) + (result.non_sync ? "+" : ""));
            if (framer.accept_literal()) continue;
            if (!framer.refuse_literal()) continue;
            events.push_back("refused " + std::string(framer.tag()));
            framer.reset();
        } else if (result.state == State::complete) {
            events.push_back("complete " + std::string(framer.command()));
            framer.reset();
        } else if (result.state == State::error) {
            events.push_back("error " + std::string(framer.tag()) + " " + std::string(to_text(result.fault)));
            framer.reset();
        }
    }
    if (framer.in_command()) events.push_back("open");
    return events;
}

struct Case {
    std::string input;
    std::vector<std::string> events;
};

const std::string nul(1, '\0');

std::vector<Case> cases() {
    return {
        {"a1 NOOP\r\n", {"complete a1 NOOP"}},
        {"a1 NOOP\n", {"complete a1 NOOP"}},
        {"a1 NOOP\r\na2 LOGOUT\r\n", {"complete a1 NOOP", "complete a2 LOGOUT"}},
        {"\r\n", {"complete "}},
        {"a LOGIN {5}\r\nalice {6}\r\nsecret\r\nb NOOP\r\n",
         {"literal 5", "literal 6", "complete a LOGIN {5}\r\nalice {6}\r\nsecret", "complete b NOOP"}},
        {"a LOGIN {5+}\r\nalice {0+}\r\n\r\n", {"literal 5+", "literal 0+", "complete a LOGIN {5+}\r\nalice {0+}\r\n"}},
        {"a X ~{3}\r\na" + nul + "b\r\n", {"literal 3", "complete a X ~{3}\r\na" + nul + "b"}},
        {"a X {3}\r\na" + nul + "b\r\nb NOOP\r\n", {"literal 3", "error a NUL in command", "complete b NOOP"}},
        {"a X" + nul + "\r\nb NOOP\r\n", {"error a NUL in command", "complete b NOOP"}},
        {"a X\rY\r\nb NOOP\r\n", {"error a Bare CR in command", "complete b NOOP"}},
        {"a X" + nul + " {3+}\r\nabc\r\nb NOOP\r\n", {"error a NUL in command", "complete b NOOP"}},
        {"a X {x}\r\n", {"complete a X {x}"}},
        {"a X {}\r\n", {"complete a X {}"}},
        {"a NO", {"open"}},
    };
}

}  // namespace

TEST_CASE("the framer cuts bytes into commands", "[imap]") {
    for (const auto& example : cases()) {
        CAPTURE(example.input);
        CHECK(run(example.input, example.input.size()) == example.events);
    }
}

TEST_CASE("the framer gives the same commands byte by byte", "[imap]") {
    for (const auto& example : cases()) {
        for (const std::size_t step : {1U, 2U, 3U, 7U}) {
            CAPTURE(example.input, step);
            CHECK(run(example.input, step) == example.events);
        }
    }
}

TEST_CASE("a line at the limit passes and one byte more is skipped to its end", "[imap]") {
    const Framer::Limits limits{.line_bytes = 100};
    for (const std::size_t step : {1U, 9U, 1000U}) {
        const std::string line = "a " + std::string(98, 'x');
        CHECK(run(line + "\r\nb NOOP\r\n", step, limits) ==
              std::vector<std::string>{"complete " + line, "complete b NOOP"});
        CHECK(run(line + "x\r\nb NOOP\r\n", step, limits) ==
              std::vector<std::string>{"error a Command line too long", "complete b NOOP"});
        CHECK(run(line + std::string(5000, 'y') + " {4+}\r\nb x\n\r\nb NOOP\r\n", step, limits) ==
              std::vector<std::string>{"error a Command line too long", "complete b NOOP"});
    }
}

TEST_CASE("literals above a limit are refused, and skipped when the client does not wait", "[imap]") {
    const Framer::Limits limits{.literal_bytes = 10};
    for (const std::size_t step : {1U, 5U, 1000U}) {
        CHECK(run("a X {10}\r\n0123456789\r\n", step, limits) ==
              std::vector<std::string>{"literal 10", "complete a X {10}\r\n0123456789"});
        CHECK(run("a X {11}\r\nb NOOP\r\n", step, limits) ==
              std::vector<std::string>{"literal 11", "refused a", "complete b NOOP"});
        CHECK(run("a X {11+}\r\nb X\r\nc X\r\n! {2+}\r\n12\r\nb NOOP\r\n", step, limits) ==
              std::vector<std::string>{"literal 11+", "error a Literal too large", "complete b NOOP"});
    }
}

TEST_CASE("a command at the total limit passes", "[imap]") {
    const Framer::Limits limits{.line_bytes = 100, .literal_bytes = 100, .total_bytes = 30};
    CHECK(run("a X {18}\r\n012345678901234567 1\r\n", 4, limits) ==
          std::vector<std::string>{"literal 18", "complete a X {18}\r\n012345678901234567 1"});
    CHECK(run("a X {18}\r\n012345678901234567 12\r\n", 4, limits) ==
          std::vector<std::string>{"literal 18", "error a Command too large"});
    CHECK(run("a X {21}\r\n", 4, limits) == std::vector<std::string>{"literal 21", "refused a"});
}

TEST_CASE("a literal size beyond all numbers is refused", "[imap]") {
    CHECK(run("a X {99999999999999999999999999}\r\nb NOOP\r\n", 3) ==
          std::vector<std::string>{"literal 9223372036854775807", "refused a", "complete b NOOP"});
}

TEST_CASE("LITERAL- refuses a non-synchronising literal above 4096 bytes", "[imap]") {
    const Framer::Limits limits{.literal_minus = true};
    CHECK(run("a X {4096+}\r\n" + std::string(4096, 'x') + "\r\n", 1000, limits).size() == 2);
    CHECK(run("a X {4097+}\r\n" + std::string(4097, 'x') + "\r\n", 1000, limits) ==
          std::vector<std::string>{"literal 4097+", "error a Literal too large"});
    CHECK(run("a X {4097}\r\n" + std::string(4097, 'x') + "\r\n", 1000, limits).size() == 2);
}

TEST_CASE("a taken literal's bytes are the caller's", "[imap]") {
    Framer framer;
    const std::string input = "a APPEND INBOX {7}\r\nmessage\r\n";
    const auto first = framer.feed(input);
    REQUIRE(first.state == State::literal);
    CHECK(first.literal_bytes == 7);
    CHECK(first.consumed == input.find('m'));
    framer.take_literal();
    const auto last = framer.feed("\r\n");
    CHECK(last.state == State::complete);
    CHECK(framer.command() == "a APPEND INBOX {7}\r\n");
}

TEST_CASE("the tag of a command line", "[imap]") {
    using helio::imap::tag_of;
    CHECK(tag_of("a1 NOOP") == "a1");
    CHECK(tag_of("a1") == "a1");
    CHECK(tag_of("") == "*");
    CHECK(tag_of("+ NOOP") == "*");
    CHECK(tag_of("a+1 NOOP") == "*");
    CHECK(tag_of("a{1 NOOP") == "*");
    CHECK(tag_of("* NOOP") == "*");
    CHECK(tag_of(std::string(64, 'a') + " NOOP") == std::string(64, 'a'));
    CHECK(tag_of(std::string(65, 'a') + " NOOP") == "*");
}
