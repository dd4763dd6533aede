#include "common/mail/base_subject.h"

#include "tests/support/catch.h"

using helio::mail::base_subject;

TEST_CASE("base subjects are what RFC 5256 §2.1 says", "[mail][thread]") {
    struct Example {
        std::string_view subject;
        std::string_view base;
        bool reply;
    };
    const Example examples[] = {
        {"", "", false},
        {"   ", "", false},
        {"foo", "foo", false},
        {"  foo \t\r\n bar  ", "foo bar", false},
        {"Re: foo", "foo", true},
        {"RE:foo", "foo", true},
        {"re  : foo", "foo", true},
        {"Fw: foo", "foo", true},
        {"FWD: foo", "foo", true},
        {"Fwdd: foo", "Fwdd: foo", false},
        {"Ref: foo", "Ref: foo", false},
        {"Re foo", "Re foo", false},
        {"Re[2]: foo", "foo", true},
        {"Re [2] : foo", "foo", true},
        {"Re[2][3]: foo", "Re[2][3]: foo", false},
        {"Re: Re: Fwd: foo", "foo", true},
        {"Re:", "", true},
        {"foo (fwd)", "foo", true},
        {"foo (FWD) (fwd)  ", "foo", true},
        {"(fwd)", "", true},
        {"foo(fwd)", "foo", true},
        {"[list] foo", "foo", false},
        {"[list] Re: foo", "foo", true},
        {"Re: [list] foo", "foo", true},
        {"[a][b] [c] Re: [d] Fw: foo", "foo", true},
        {"[a][b] foo", "foo", false},
        {"[list]", "[list]", false},
        {"[a] [b]", "[b]", false},
        {"Re: [a][b]", "[b]", true},
        {"[a", "[a", false},
        {"[a[b] foo", "[a[b] foo", false},
        {"]a] foo", "]a] foo", false},
        {"[fwd: foo]", "foo", true},
        {"[Fwd: Re: [list] foo (fwd)]", "foo", true},
        {"[fwd: [fwd: foo]]", "foo", true},
        {"[fwd: foo", "[fwd: foo", false},
        {"[fwd: foo] bar", "bar", false},
        {"Re: [fwd: foo] (fwd)", "foo", true},
        {"[fwd:]", "", true},
        {"foo [bar]", "foo [bar]", false},
        {"[\u00fc] Re: gr\u00fc\u00dfe", "gr\u00fc\u00dfe", true},
    };
    for (const auto& example : examples) {
        CAPTURE(example.subject);
        const auto found = base_subject(example.subject);
        CHECK(found.text == example.base);
        CHECK(found.is_reply_or_forward == example.reply);
    }
}

TEST_CASE("a base subject is its own base subject", "[mail][thread]") {
    for (const std::string_view text : {"foo", "foo bar", "[list]", "Re foo", "[a[b] foo"}) {
        const auto once = base_subject("Re: " + std::string(text));
        CHECK(base_subject(once.text).text == once.text);
    }
}

TEST_CASE("every beginning of a subject has a base subject", "[mail][thread]") {
    const std::string subject = " Re[4]: [x] Fwd: [fwd: [l] Re: hello [w] (fwd)] (fwd) ";
    for (std::size_t length = 0; length <= subject.size(); ++length) {
        CHECK(base_subject(subject.substr(0, length)).text.size() <= length);
    }
    CHECK(base_subject(subject).text == "hello [w]");
}

TEST_CASE("hostile subjects take linear time", "[mail][thread]") {
    std::string blobs;
    std::string forwards;
    for (int i = 0; i < 100'000; ++i) {
        blobs += "[a]";
        forwards += "[fwd:";
    }
    CHECK(base_subject(blobs).text == "[a]");
    CHECK(base_subject(forwards + std::string(100'000, ']')).text.empty());
    CHECK(base_subject(std::string(300'000, '[')).text.size() == 300'000);
}
