#include "common/imap/fold.h"

#include "tests/support/catch.h"

using namespace helio::imap;

TEST_CASE("folding is title case and full decomposition, as RFC 5051 has it", "[imap]") {
    struct Example {
        std::string_view text;
        std::string_view folded;
    };
    const Example examples[] = {
        {"", ""},
        {"HeLLo 5 @[`{", "HELLO 5 @[`{"},
        {"\u00e4\u00d6", "A\u0308O\u0308"},
        {"\u01c4\u01c5\u01c6", "Dz\u030cDz\u030cDz\u030c"},  // the RFC's example
        {"\u0142", "\u0141"},
        {"\u03c3\u03c2\u03a3", "\u03a3\u03a3\u03a3"},  // sigma, final sigma
        {"\u0436\u0451", "\u0416\u0415\u0308"},
        {"\u0131\u017f", "IS"},            // dotless i, long s
        {"\u00df", "\u00df"},              // sharp s has no simple title case
        {"\ufb01", "fi"},                  // a ligature decomposes after its case was looked at
        {"\uff41\u00bd", "A1\u20442"},     // full width, fraction: compatibility decompositions
        {"\u1e69", "S\u0323\u0307"},       // two steps
        {"\u212b", "A\u030a"},             // a singleton
        {"\uac01", "\u1100\u1161\u11a8"},  // Hangul
        {"\u10d0\u1c90", "\u10d0\u1c90"},  // Georgian: title case is not upper case
        {"\U00010428", "\U00010400"},      // Deseret, beyond the BMP
        {"\U0001d400", "A"},               // mathematical bold
        {"\U0001f4ec \u00d7\u00f7", "\U0001f4ec \u00d7\u00f7"},
        {"a\xff\xc3", "a\xff\xc3"},          // not UTF-8: as it is
        {"a\xed\xa0\x80", "a\xed\xa0\x80"},  // a surrogate is not UTF-8 either
    };
    for (const auto& example : examples) {
        CAPTURE(example.text);
        CHECK(fold(example.text) == example.folded);
    }
}

TEST_CASE("a folded part is found in any case and form", "[imap]") {
    CHECK(contains_folded("Hello World", fold("o w")));
    CHECK(contains_folded("x", ""));
    CHECK_FALSE(contains_folded("", fold("x")));
    CHECK_FALSE(contains_folded("abc", fold("abcd")));
    CHECK(contains_folded("caf\u00c9", fold("F\u00e9")));
    CHECK(contains_folded("caf\u00c9", fold("cafe")));
    CHECK(contains_folded("cafe\u0301", fold("\u00c9")));
    CHECK_FALSE(contains_folded("cafe", fold("\u00e9")));
    CHECK(contains_folded("aaab", fold("aab")));
}

TEST_CASE("folding pieces gives the fold of the whole", "[imap]") {
    const std::string text = "Re: \u00c4\u01c6\uac01 caf\u00e9 \U00010428 stra\u00dfe";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        if (cut < text.size() && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) continue;
        CHECK(fold(text.substr(0, cut)) + fold(text.substr(cut)) == fold(text));
    }
}
