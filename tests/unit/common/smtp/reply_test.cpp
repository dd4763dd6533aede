#include "common/smtp/reply.h"

#include "common/smtp/capabilities.h"
#include "common/smtp/errc.h"
#include "tests/support/catch.h"

using namespace helio;

namespace {

smtp::Reply read(std::initializer_list<std::string_view> lines) {
    smtp::ReplyReader reader;
    std::optional<smtp::Reply> last;
    for (const auto line : lines) {
        CHECK_FALSE(last.has_value());
        auto step = reader.feed(line);
        REQUIRE_OK(step);
        last = *step;
    }
    REQUIRE(last.has_value());
    return *last;
}

}  // namespace

TEST_CASE("a reply is printed with its enhanced code on each line", "[smtp]") {
    CHECK(smtp::print(smtp::reply(550, {5, 1, 1}, "no such user")) == "550 5.1.1 no such user\r\n");
    auto two = smtp::reply(250, {2, 0, 0}, "one");
    two.lines.push_back("two");
    CHECK(smtp::print(two) == "250-2.0.0 one\r\n250 2.0.0 two\r\n");
    CHECK(smtp::print(smtp::plain_reply(354, "go on")) == "354 go on\r\n");
    CHECK(smtp::print(smtp::Reply{250, std::nullopt, {}}) == "250 \r\n");
}

TEST_CASE("no text can forge a reply line", "[smtp]") {
    CHECK(smtp::print(smtp::plain_reply(550, "a\r\n250 ok")) == "550 a  250 ok\r\n");
    CHECK(smtp::one_line(smtp::reply(550, {5, 0, 0}, "a\nb")) == "550 5.0.0 a\\x0ab");
}

TEST_CASE("replies of servers are read line by line", "[smtp]") {
    const auto single = read({"550 5.1.1 no such user"});
    CHECK(single.code == 550);
    CHECK(single.enhanced == smtp::EnhancedCode{5, 1, 1});
    CHECK(single.lines == std::vector<std::string>{"no such user"});
    const auto multi = read({"250-mx.example.test", "250-SIZE 1000", "250 8BITMIME"});
    CHECK(multi.lines.size() == 3);
    const smtp::Capabilities capabilities(multi);
    CHECK(capabilities.has("8BITMIME"));
    CHECK(capabilities.size_limit() == 1000u);
    CHECK_FALSE(capabilities.has("CHUNKING"));
    CHECK(read({"250"}).lines == std::vector<std::string>{""});
    CHECK_FALSE(read({"250 5.1.1 wrong class"}).enhanced.has_value());
}

TEST_CASE("what is no reply is an error", "[smtp]") {
    for (const auto* line : {"", "2", "25", "2500", "abc", "150 hm", "650 hm", "250=x", "\r250 ok"}) {
        CAPTURE(line);
        smtp::ReplyReader reader;
        const auto step = reader.feed(line);
        REQUIRE_FALSE(step.has_value());
        CHECK(step.error().code == smtp::errc::bad_reply);
    }
    smtp::ReplyReader changing;
    REQUIRE_OK(changing.feed("250-a"));
    CHECK_FALSE(changing.feed("550 b").has_value());
}

TEST_CASE("a reply has at most 128 lines", "[smtp]") {
    smtp::ReplyReader reader;
    for (std::size_t i = 0; i < smtp::ReplyReader::max_lines; ++i) REQUIRE_OK(reader.feed("250-x"));
    CHECK_FALSE(reader.feed("250 x").has_value());
}

TEST_CASE("enhanced codes are parsed strictly", "[smtp]") {
    CHECK(smtp::EnhancedCode::parse("5.1.10") == smtp::EnhancedCode{5, 1, 10});
    for (const auto* text : {"", "5", "5.1", "5.1.1.1", "3.1.1", "5.1.1000", "5..1", "55.1.1", "5.a.1"}) {
        CAPTURE(text);
        CHECK_FALSE(smtp::EnhancedCode::parse(text).has_value());
    }
}
