#include "common/imap/append_parser.h"

#include "tests/support/catch.h"

using namespace helio::imap;
using Kind = AppendParser::Event::Kind;

TEST_CASE("APPEND and REPLACE are known by what stands before their first message", "[imap]") {
    const auto append = parse_append_target("a APPEND INBOX {5}\r\n");
    REQUIRE(append);
    CHECK_FALSE(append->replace);
    CHECK(append->mailbox == "INBOX");
    CHECK(append->consumed == 14);
    CHECK(parse_append_target("a append {5}\r\nINBOX (\\Seen) ~{5+}\r\n"));
    CHECK_FALSE(parse_append_target("a APPEND {5}\r\n"));
    CHECK_FALSE(parse_append_target("a APPEND {0}\r\n"));
    CHECK_FALSE(parse_append_target("a APPENDX INBOX {5}\r\n"));
    CHECK_FALSE(parse_append_target("a UID APPEND INBOX {5}\r\n"));
    CHECK_FALSE(parse_append_target("a LOGIN {5}\r\n"));
    const auto replace = parse_append_target("a UID REPLACE 17 {1+}\r\nx {5}\r\n");
    REQUIRE(replace);
    CHECK(replace->replace);
    CHECK(replace->uid);
    CHECK(replace->number == 17);
    CHECK(replace->mailbox == "x");
    CHECK(parse_append_target("a REPLACE * x {5}\r\n")->number == 0);
    CHECK_FALSE(parse_append_target("a REPLACE 0 x {5}\r\n"));
}

TEST_CASE("messages of an APPEND come as literals, one after the other", "[imap]") {
    AppendParser parser;
    auto event = parser.next(" (\\Draft $x) \"17-Jul-1996 02:44:25 -0700\" {9}\r\n", false);
    REQUIRE(event);
    CHECK(event->kind == Kind::message);
    CHECK_FALSE(event->binary);
    CHECK(parser.head().flags.system == flag_draft);
    CHECK(parser.head().date.has_value());
    event = parser.next(" ~{3+}\r\n", false);
    REQUIRE(event);
    CHECK(event->kind == Kind::message);
    CHECK(event->binary);
    CHECK(parser.head().flags == Flags{});
    CHECK_FALSE(parser.head().date.has_value());
    event = parser.next(" UTF8 (~{3+}\r\n", false);
    REQUIRE(event);
    CHECK(event->utf8);
    CHECK_FALSE(AppendParser(parser).next("", true));
    CHECK_FALSE(AppendParser(parser).next(" )", true));
    CHECK(AppendParser(parser).next(")", true)->kind == Kind::end);
    CHECK(AppendParser(parser).next(") {1}\r\n", false)->kind == Kind::message);
    CHECK_FALSE(AppendParser().next("", true));
    CHECK_FALSE(AppendParser().next(" (\\Seen)", true));
    CHECK_FALSE(AppendParser().next(" UTF8 ({3}\r\n", false));
    CHECK_FALSE(AppendParser().next(" {3}\r\nx {3}\r\n", false));
}

TEST_CASE("a message is put together from texts and URLs", "[imap]") {
    AppendParser parser;
    std::string text = " (\\Seen) CATENATE (URL \"/a/;UID=1\" TEXT {3}\r\n";
    auto event = parser.next(text, false);
    REQUIRE(event);
    CHECK(event->kind == Kind::url);
    CHECK(event->url == "/a/;UID=1");
    text.erase(0, event->consumed);
    event = parser.next(text, false);
    REQUIRE(event);
    CHECK(event->kind == Kind::text);
    CHECK(event->consumed == text.size());
    text = " URL {4}\r\n";
    event = parser.next(text, false);
    REQUIRE(event);
    CHECK(event->kind == Kind::accept);
    CHECK(event->consumed == 0);
    text += "/x/y)";
    event = parser.next(text, true);
    REQUIRE(event);
    CHECK(event->kind == Kind::url);
    CHECK(event->url == "/x/y");
    text.erase(0, event->consumed);
    event = parser.next(text, true);
    REQUIRE(event);
    CHECK(event->kind == Kind::message_end);
    CHECK(parser.head().flags.system == flag_seen);
    text.erase(0, event->consumed);
    CHECK(parser.next(text, true)->kind == Kind::end);
    CHECK_FALSE(AppendParser().next(" CATENATE ()", true));
    CHECK_FALSE(AppendParser().next(" CATENATE (FILE \"x\")", true));
    CHECK_FALSE(AppendParser().next(" CATENATE (TEXT \"x\")", true));
}
