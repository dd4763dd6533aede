#include "common/imap/fold.h"

#include "tests/support/catch.h"

using namespace helio::imap;

TEST_CASE("folding makes cases equal in the scripts that have case", "[imap]") {
    CHECK(fold("HeLLo 5") == "hello 5");
    CHECK(fold("\xc3\x84\xc3\x96\xc3\x9c") == "\xc3\xa4\xc3\xb6\xc3\xbc");  // ÄÖÜ
    CHECK(fold("\xc5\x81\xc4\x8c") == "\xc5\x82\xc4\x8d");                  // ŁČ
    CHECK(fold("\xce\xa3\xcf\x82") == "\xcf\x83\xcf\x83");                  // Σς
    CHECK(fold("\xd0\x96\xd0\x81") == "\xd0\xb6\xd1\x91");                  // ЖЁ
    CHECK(fold("\xc3\x97\xc3\xb7") == "\xc3\x97\xc3\xb7");                  // signs have no case
    CHECK(fold("\xff\xc3") == "\xff\xc3");
    CHECK(fold("\xf0\x9f\x93\xac") == "\xf0\x9f\x93\xac");
}

TEST_CASE("a folded part is found in any case", "[imap]") {
    CHECK(contains_folded("Hello World", "o w"));
    CHECK(contains_folded("x", ""));
    CHECK_FALSE(contains_folded("", "x"));
    CHECK_FALSE(contains_folded("abc", "abcd"));
    CHECK(contains_folded("caf\xc3\x89", fold("F\xc3\xa9")));
    CHECK(contains_folded("aaab", "aab"));
}
