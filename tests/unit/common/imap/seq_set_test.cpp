#include "common/imap/seq_set.h"

#include "tests/support/catch.h"

using namespace helio::imap;

namespace {

std::string resolved(std::string_view text, std::uint32_t greatest) {
    Cursor in(text);
    const SeqSet set = SeqSet::parse(in);
    REQUIRE_FALSE(in.failed());
    CHECK(set.to_string() == text);
    return set.resolve(greatest).to_string();
}

}  // namespace

TEST_CASE("sequence sets resolve against the greatest number", "[imap]") {
    CHECK(resolved("1", 10) == "1");
    CHECK(resolved("*", 10) == "10");
    CHECK(resolved("5:*", 10) == "5:10");
    CHECK(resolved("5:*", 3) == "3:5");
    CHECK(resolved("*:1", 3) == "1:3");
    CHECK(resolved("4:2", 9) == "2:4");
    CHECK(resolved("1:*", 0) == "");
    CHECK(resolved("*", 0) == "");
    CHECK(resolved("3,1,2", 9) == "1:3");
    CHECK(resolved("1:3,2:5,9", 9) == "1:5,9");
    CHECK(resolved("4294967295", 9) == "4294967295");
    CHECK(resolved("4294967294:4294967295,1", 9) == "1,4294967294:4294967295");
    CHECK(resolved("4294967295:*", 9) == "9:4294967295");
}

TEST_CASE("a set tells whether it names numbers that can't be", "[imap]") {
    const auto above = [](std::string_view text, std::uint32_t most) {
        Cursor in(text);
        return SeqSet::parse(in).names_above(most);
    };
    CHECK(above("4", 3));
    CHECK_FALSE(above("3", 3));
    CHECK(above("1:4", 3));
    CHECK_FALSE(above("5:*", 3));
    CHECK(above("*", 0));
    CHECK(above("1:*", 0));
    CHECK_FALSE(above("*", 1));
    CHECK(above("1", 0));
}

TEST_CASE("a number set takes numbers in any order", "[imap]") {
    NumberSet set;
    for (const std::uint32_t n : {5U, 6U, 1U, 3U, 2U, 9U, 8U, 7U, 6U}) set.add(n);
    CHECK(set.to_string() == "1:3,5:9");
    CHECK(set.count() == 8);
    CHECK(set.contains(2));
    CHECK_FALSE(set.contains(4));
    CHECK_FALSE(set.contains(10));
    set.add({4, 20});
    CHECK(set.to_string() == "1:20");
    set.add(4294967295U);
    CHECK(set.contains(4294967295U));
    CHECK(set.greatest() == 4294967295U);
    CHECK(set.least() == 1);
}
