#include "common/imap/mailbox_name.h"

#include "common/imap/utf7.h"
#include "tests/support/catch.h"

using namespace helio::imap;

TEST_CASE("modified UTF-7 both ways", "[imap]") {
    struct Case {
        const char* utf8;
        const char* wire;
    };
    const Case cases[] = {
        {"INBOX", "INBOX"},
        {"", ""},
        {"a&b", "a&-b"},
        {"Entw\xc3\xbcrfe", "Entw&APw-rfe"},
        {"~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
         "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
        {"\xf0\x9f\x93\xac", "&2D3c7A-"},
        {"\xc3\xa9&\xc3\xa9", "&AOk-&-&AOk-"},
        {"x\ty", "x&AAk-y"},
    };
    for (const auto& example : cases) {
        CAPTURE(example.wire);
        CHECK(encode_utf7(example.utf8) == example.wire);
        CHECK(decode_utf7(example.wire) == std::string(example.utf8));
    }
}

TEST_CASE("wrong modified UTF-7 is refused", "[imap]") {
    for (const char* wire :
         {"&", "&A", "&AOk", "&AGE-", "&AOk-&AOk-", "&A-", "&AOl-", "&2D0-", "&3Kw-", "caf\xc3\xa9", "a\tb", "&AO/-"}) {
        CAPTURE(wire);
        CHECK_FALSE(decode_utf7(wire));
    }
}

TEST_CASE("INBOX is folded, alone and as the first part", "[imap]") {
    CHECK(decode_mailbox("inbox", false) == "INBOX");
    CHECK(decode_mailbox("iNbOx/Foo", false) == "INBOX/Foo");
    CHECK(decode_mailbox("inboxes", false) == "inboxes");
    CHECK(decode_mailbox("foo/inbox", false) == "foo/inbox");
    CHECK(decode_mailbox("Entw\xc3\xbcrfe", true) == "Entw\xc3\xbcrfe");
    CHECK_FALSE(decode_mailbox("Entw\xc3\xbcrfe", false));
    CHECK_FALSE(decode_mailbox("\xff", true));
    CHECK(decode_mailbox("a&b", true) == "a&b");
}

TEST_CASE("names print in the client's form", "[imap]") {
    const auto printed = [](std::string_view name, bool utf8) {
        std::string out;
        print_mailbox(out, name, utf8);
        return out;
    };
    CHECK(printed("INBOX", false) == "INBOX");
    CHECK(printed("a b", false) == "\"a b\"");
    CHECK(printed("\xc3\xa9", false) == "&AOk-");
    CHECK(printed("\xc3\xa9", true) == "\"\xc3\xa9\"");
    CHECK(printed("nil", true) == "\"nil\"");
    CHECK(printed("", true) == "\"\"");
}

TEST_CASE("LIST patterns", "[imap]") {
    const auto matches = [](const char* pattern, const char* name) { return ListPattern(pattern, '/').matches(name); };
    CHECK(matches("*", "a/b/c"));
    CHECK(matches("%", "a"));
    CHECK_FALSE(matches("%", "a/b"));
    CHECK(matches("%/%", "a/b"));
    CHECK_FALSE(matches("%/%", "a/b/c"));
    CHECK(matches("a*c", "a/b/c"));
    CHECK(matches("a*", "a"));
    CHECK_FALSE(matches("a%", "a/"));
    CHECK(matches("%*%", "a/b"));
    CHECK(matches("inbox", "INBOX"));
    CHECK(matches("InBox/%", "INBOX/x"));
    CHECK_FALSE(matches("Foo", "foo"));
    CHECK(matches("in%", "INBOX"));
    CHECK_FALSE(matches("", "a"));
    CHECK(matches("", ""));
    CHECK(matches("%o%/b*r", "foo/b/x/r"));
    CHECK_FALSE(matches("%o%/b%r", "foo/b/x/r"));
}

TEST_CASE("a hostile LIST pattern takes bounded time", "[imap]") {
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "*a";
    CHECK_FALSE(ListPattern(pattern + "b", '/').matches(std::string(400, 'a')));
    // A name as long as the pattern's own characters may match, a shorter one can't.
    CHECK(ListPattern("*a%b*c", '/').matches("abc"));
    CHECK_FALSE(ListPattern("*a%b*c", '/').matches("ab"));
    CHECK(ListPattern("inbo%", '/').matches("INBOX"));
    CHECK_FALSE(ListPattern("inboxx", '/').matches("INBOX"));
}
