#include "common/imap/imap_url.h"

#include "tests/support/catch.h"

using namespace helio::imap;

TEST_CASE("IMAP URLs name a message or a part of one", "[imap]") {
    auto url = parse_imap_url(
        "imap://alice%40example.test@store-a:143/Dr%20afts;UIDVALIDITY=7/;UID=20/;SECTION=1.2.MIME/;PARTIAL=5.10");
    REQUIRE(url);
    CHECK(url->host == "store-a:143");
    CHECK(url->user == "alice@example.test");
    CHECK(url->mailbox == "Dr afts");
    CHECK(url->uid_validity == 7u);
    CHECK(url->uid == 20);
    REQUIRE(url->section);
    CHECK(url->section->part == std::vector<std::uint32_t>{1, 2});
    CHECK(url->section->kind == Section::Kind::mime);
    CHECK(url->range == ImapUrl::Range{5, 10});
    CHECK(parse_imap_url(print_imap_url(*url)).value() == *url);

    url = parse_imap_url("/a/b/;UID=1/;PARTIAL=5");
    REQUIRE(url);
    CHECK(url->mailbox == "a/b");
    CHECK(url->range == ImapUrl::Range{5, std::nullopt});
    CHECK(parse_imap_url(";UID=3")->mailbox == std::nullopt);
    CHECK(parse_imap_url("imap://;AUTH=*@h/INBOX/;uid=1")->host == "h");
}

TEST_CASE("IMAP URLs that name no message are refused", "[imap]") {
    for (const char* text : {"",
                             "/",
                             "/INBOX",
                             "/INBOX;UID=1",
                             "/INBOX/;UID=0",
                             "/INBOX/;UID=4294967296",
                             "/INBOX/;UID=1/",
                             "/;UID=1x",
                             "/IN BOX/;UID=1",
                             "/IN%0ABOX/;UID=1",
                             "/IN%00BOX/;UID=1",
                             "/IN%4/;UID=1",
                             "/IN%zz/;UID=1",
                             "/INBOX;UIDVALIDITY=0/;UID=1",
                             "/INBOX;UIDVALIDITY=1;UID=1",
                             "/INBOX/;UID=1/;SECTION=",
                             "/INBOX/;UID=1/;SECTION=x",
                             "/INBOX/;UID=1/;SECTION=1]%20FLAGS",
                             "/INBOX/;UID=1/;PARTIAL=",
                             "/INBOX/;UID=1/;PARTIAL=1.0",
                             "/INBOX/;UID=1/;URLAUTH=anonymous",
                             "imap://h/;UID=1",
                             "imap:///INBOX/;UID=1",
                             "imap://h",
                             "http://h/INBOX/;UID=1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_imap_url(text));
    }
    CHECK_FALSE(parse_imap_url("/" + std::string(9000, 'x') + "/;UID=1"));
}
