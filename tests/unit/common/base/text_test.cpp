#include "common/base/text.h"

#include "common/base/ids.h"
#include "tests/support/catch.h"

using namespace helio::base;

TEST_CASE("base64 decodes exactly what RFC 4648 allows", "[base]") {
    struct Row {
        std::string_view text;
        std::optional<std::string> bytes;
    };
    const auto row = GENERATE(values<Row>({{"", ""},
                                           {"Zg==", "f"},
                                           {"Zm8=", "fo"},
                                           {"Zm9v", "foo"},
                                           {"Zm9vYg==", "foob"},
                                           {"AGFsaWNlAHNlY3JldA==", std::string("\0alice\0secret", 13)},
                                           {"Zg=", std::nullopt},
                                           {"Zg", std::nullopt},
                                           {"Z===", std::nullopt},
                                           {"Zm9v\r\n", std::nullopt},
                                           {"Z g=", std::nullopt},
                                           {"=Zm9", std::nullopt}}));
    CAPTURE(row.text);
    CHECK(base64_decode(row.text) == row.bytes);
    if (row.bytes) CHECK(base64_encode(*row.bytes) == row.text);
}

TEST_CASE("UTF-8 is checked as RFC 3629 has it", "[base]") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("grüße €𝄞"));
    CHECK_FALSE(is_utf8("\xC0\x80"));          // overlong NUL
    CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
    CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
    CHECK_FALSE(is_utf8("\xE2\x82"));          // cut
    CHECK_FALSE(is_utf8("gr\xFC"));            // Latin-1
}

TEST_CASE("numbers are decimal, whole and fit", "[base]") {
    CHECK(parse_number("0") == 0u);
    CHECK(parse_number("18446744073709551615") == 18446744073709551615ull);
    for (const auto* text : {"", "-1", "+1", "1x", " 1", "18446744073709551616"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_number(text));
    }
    CHECK_FALSE(parse_number32("4294967296"));
}

TEST_CASE("hostile bytes print as one harmless line", "[base]") {
    CHECK(printable("a\r\nb\"\x00"
                    "c") == "a\\x0d\\x0ab\\x22");
    CHECK(printable(std::string(300, 'x'), 5) == "xxxxx...");
}

TEST_CASE("another daemon's id is taken only when it looks like one", "[base]") {
    CHECK(is_session_id(new_id()));
    CHECK(is_session_id("AZaz09-_.+/=:"));
    CHECK(is_session_id(std::string(64, 'x')));
    for (const auto& bad : {std::string(), std::string(65, 'x'), std::string("a b"), std::string("a\"b"),
                            std::string("a\nb"), std::string("a\0b", 3), std::string("\xc3\xbc")})
        CHECK_FALSE(is_session_id(bad));
}
