#include "common/mail/envelope.h"

#include "common/mail/content_type.h"
#include "common/mail/imap_text.h"
#include "tests/support/catch.h"

using namespace helio::mail;

namespace {
/// name|mailbox@host, "group:" and ";" for the markers, joined by commas.
std::string shown(std::string_view value) {
    std::string text;
    for (const auto& a : parse_address_list(value)) {
        if (!text.empty()) text += ", ";
        if (a.is_group_end()) {
            text += ";";
        } else if (a.is_group_start()) {
            text += *a.mailbox + ":";
        } else {
            text += (a.name ? *a.name + "|" : "") + *a.mailbox + "@" + *a.host;
        }
    }
    return text;
}
std::string printed(std::string_view header) {
    std::string text;
    append_imap_envelope(text, parse_envelope(header));
    return text;
}
}  // namespace

TEST_CASE("address lists are read as mail has them", "[mail][envelope]") {
    struct Row {
        std::string_view raw;
        std::string_view text;
    };
    const auto row = GENERATE(values<Row>({
        {"alice@x.test", "alice@x.test"},
        {"Alice <alice@x.test>", "Alice|alice@x.test"},
        {"Alice B. Cooper <alice@x.test>, bob@x.test", "Alice B. Cooper|alice@x.test, bob@x.test"},
        {R"("Cooper, Alice \"A\"" <alice@x.test>)", R"(Cooper, Alice "A"|alice@x.test)"},
        {"alice@x.test (Alice)", "Alice|alice@x.test"},
        {"<alice@x.test> (Alice)", "Alice|alice@x.test"},
        {"=?utf-8?Q?Gr=C3=BCn?= <g@x.test>", "=?utf-8?Q?Gr=C3=BCn?=|g@x.test"},
        {"<@a.test,@b.test:alice@x.test>", "alice@x.test"},
        {"\"a b\"@x.test", "a b@x.test"},
        {"alice @ x . test", "alice@x.test"},
        {"a@[192.0.2.1]", "a@[192.0.2.1]"},
        {"undisclosed-recipients:;", "undisclosed-recipients:, ;"},
        {"Team: alice@x.test, Bob <bob@x.test>; carol@x.test", "Team:, alice@x.test, Bob|bob@x.test, ;, carol@x.test"},
        {"Team: alice@x.test", "Team:, alice@x.test, ;"},
        {"alice", "alice@MISSING_DOMAIN"},
        {"Alice <>", "Alice|MISSING_MAILBOX@MISSING_DOMAIN"},
        {"<@x.test>", "MISSING_MAILBOX@x.test"},
        {"@x.test", "MISSING_MAILBOX@x.test"},
        {"Alice <alice@x.test", "Alice|alice@x.test"},
        {"a@x.test;b@x.test", "a@x.test, b@x.test"},
        {"G: H: a@x.test;;, b@x.test", "G:, ;, H:, a@x.test, ;, b@x.test"},
        {"a . b@x.test", "a.b@x.test"},
        {"a. b (c) .d@x.test", "a.b.d@x.test"},
        {"\"a . b\" . c@x.test", "a . b.c@x.test"},
        {"a b@x.test", "a b@x.test"},
        {"Alice B . Cooper <a . b@x.test>", "Alice B . Cooper|a.b@x.test"},
        {"\"\"@x.test", "@x.test"},
        {"\"\" <\"\"@x.test>", "|@x.test"},
        {"a@x.test b@y . test (B) c@z.test Dan <d@x.test>", "a@x.test, B|b@y.test, c@z.test, Dan|d@x.test"},
        {"a@x.test\r\n (A)\r\n b@[192.0.2.1] c@x (C) . test", "A|a@x.test, b@[192.0.2.1], C|c@x.test"},
        {"a@x.test,,b@x.test,", "a@x.test, b@x.test"},
        {"A\r\n B <a@x.test>,\r\n\tc@x.test", "A B|a@x.test, c@x.test"},
        {"\"unterminated <a@x.test>", "unterminated <a@x.test>@MISSING_DOMAIN"},
        {"(only a comment", ""},
        {"", ""},
        {" , ", ""},
    }));
    CAPTURE(row.raw);
    CHECK(shown(row.raw) == row.text);
}

TEST_CASE("ENVELOPE shows source routes", "[mail][envelope]") {
    const auto list = parse_address_list("A <@a.test, @b.test:alice@x.test>, <bob@x.test>");
    REQUIRE(list.size() == 2);
    CHECK(list[0] == ListedAddress{"A", "alice", "x.test", "@a.test,@b.test"});
    CHECK(list[1] == ListedAddress{std::nullopt, "bob", "x.test"});
}

TEST_CASE("an address list is bounded", "[mail][envelope]") {
    std::string many;
    for (int i = 0; i < 50; ++i) many += "a@x.test,";
    CHECK(parse_address_list(many, 10).size() == 10);
}

TEST_CASE("ENVELOPE is printed as RFC 9051 has it", "[mail][envelope]") {
    CHECK(
        printed("Date: Mon, 7 Feb 1994 21:52:25 -0800\r\nFrom: Fred Foobar <foobar@x.test>\r\n"
                "Subject: afternoon \"meeting\"\r\nTo: mooch@y.test\r\nMessage-Id: <B27397@x.test>\r\n\r\n") ==
        R"(("Mon, 7 Feb 1994 21:52:25 -0800" "afternoon \"meeting\"" (("Fred Foobar" NIL "foobar" "x.test")) )"
        R"((("Fred Foobar" NIL "foobar" "x.test")) (("Fred Foobar" NIL "foobar" "x.test")) ((NIL NIL "mooch" "y.test")) )"
        R"(NIL NIL NIL "<B27397@x.test>"))");
    CHECK(printed("") == "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
    CHECK(printed("Subject:\r\nTo: g:;\r\n") ==
          R"((NIL "" NIL NIL NIL ((NIL NIL "g" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL))");
    CHECK(printed("From: \"\"@x.test\r\n") ==
          R"((NIL NIL ((NIL NIL "" "x.test")) ((NIL NIL "" "x.test")) ((NIL NIL "" "x.test")) NIL NIL NIL NIL NIL))");
    CHECK(printed("Subject: gr\xC3\xBCn\r\n") == "(NIL {5}\r\ngr\xC3\xBCn NIL NIL NIL NIL NIL NIL NIL NIL)");
}

TEST_CASE("the first subject counts and several To fields are joined", "[mail][envelope]") {
    CHECK(printed("Subject: a\r\nSubject: b\r\nTo: c@x.test\r\nTo: d@x.test\r\n") ==
          R"((NIL "a" NIL NIL NIL ((NIL NIL "c" "x.test")(NIL NIL "d" "x.test")) NIL NIL NIL NIL))");
}

TEST_CASE("strings that quotes can't hold go as literals", "[mail][envelope]") {
    const auto form = [](std::string_view text) {
        std::string into;
        append_imap_string(into, text);
        return into;
    };
    CHECK(form("") == R"("")");
    CHECK(form("a\\b\tc") == "\"a\\\\b\tc\"");
    CHECK(form("a\nb") == "{3}\r\na\nb");
    CHECK(form(std::string_view("a\0b", 3)) == "{2}\r\nab");
    CHECK(form("\xFF") == "{1}\r\n\xFF");
}

TEST_CASE("content types are read with comments, quotes and continuations", "[mail][content_type]") {
    const auto type = parse_content_type(
        " text/plain (a comment); charset=us-ascii (Plain); name=\"a;\\\"b\"; filename=my report(1).pdf (a comment) ; "
        "x");
    REQUIRE(type);
    CHECK(type->is("TEXT", "PLAIN"));
    CHECK(type->parameters == Parameters{{"charset", "us-ascii"}, {"name", "a;\"b"}, {"filename", "my report(1).pdf"}});
    const auto joined = parse_content_type(
        "message/external-body; URL*0=\"ftp://\"; a=1; URL*1=\"cs.test/x\"; t*1*=%20b; t*0*=utf-8''a; t*2=\"c%\"");
    CHECK(joined->parameters == Parameters{{"URL", "ftp://cs.test/x"}, {"a", "1"}, {"t*", "utf-8''a%20bc%25"}});
    CHECK(parse_content_type("x/y; filename*=utf-8''a%20b")->parameters == Parameters{{"filename*", "utf-8''a%20b"}});
    CHECK(parse_content_type("x/y; n*0=a; n*2=c")->parameters == Parameters{{"n", "a"}});
    // a comment ends the value; in the middle of a file name it is taken for a part of it
    const auto commented =
        parse_content_type("x/y; boundary=b(c); charset=iso-8859-5(Cyrillic;) ; NAME*0=a(1); name*1=b; z=a(b");
    CHECK(commented->parameters ==
          Parameters{{"boundary", "b"}, {"charset", "iso-8859-5"}, {"NAME", "a(1)b"}, {"z", "a"}});
    // a plain first section before an extended one: a charset of its own it has none
    CHECK(parse_content_type("x/y; name*0=10%-Report-; name*1*=%C3%BC.pdf")->parameters ==
          Parameters{{"name*", "''10%25-Report-%C3%BC.pdf"}});
    CHECK(parse_content_type("x/y; n*0=a; n*1=b; n*3*=%20")->parameters == Parameters{{"n", "ab"}});
    for (const auto* bad : {"", "text", "text/", "/plain", "(c)", ";"}) CHECK_FALSE(parse_content_type(bad));
    CHECK(parse_content_disposition("attachment; filename=x.pdf")->type == "attachment");
    CHECK_FALSE(parse_content_disposition(";x=y"));
    CHECK(parse_mime_token(" base64 (c)") == "base64");
    CHECK(parse_languages("en, de (x), mi-NZ") == std::vector<std::string>{"en", "de", "mi-NZ"});
}
