#include "common/mail/subaddress.h"

#include "tests/support/catch.h"

using namespace helio;

TEST_CASE("a local part is split at its first delimiter", "[mail][subaddress]") {
    struct Row {
        std::string local_part, delimiter, user, detail;  // no user: not split
    };
    const auto row = GENERATE(values<Row>({
        {"alice+lists", "+", "alice", "lists"},
        {"alice+lists+c++", "+", "alice", "lists+c++"},
        {"alice+", "+", "alice", ""},
        {"alice-lists", "-", "alice", "lists"},
        {"alice+In/Grüße", "+", "alice", "In/Grüße"},
        {"alice", "+", "", ""},
        {"+lists", "+", "", ""},
        {"+", "+", "", ""},
        {"", "+", "", ""},
        {"alice+lists", "-", "", ""},
        {"alice+lists", "", "", ""},
    }));
    CAPTURE(row.local_part, row.delimiter);
    const auto split = mail::split_subaddress(row.local_part, row.delimiter);
    REQUIRE(split.has_value() == !row.user.empty());
    if (!split) return;
    CHECK(split->user == row.user);
    CHECK(split->detail == row.detail);
}

TEST_CASE("a delimiter is one visible character, or none", "[mail][subaddress]") {
    for (const auto* good : {"", "+", "-", "=", ".", "#"}) CHECK(mail::is_recipient_delimiter(good));
    for (const auto* bad : {"++", "@", " ", "\t", "ä", "\x7f"}) {
        CAPTURE(bad);
        CHECK_FALSE(mail::is_recipient_delimiter(bad));
    }
}
