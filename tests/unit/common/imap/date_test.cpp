#include "common/imap/date.h"

#include "tests/support/catch.h"

using namespace helio::imap;

TEST_CASE("date-time reads and prints", "[imap]") {
    const auto seconds = [](std::string_view text) {
        Cursor in(text);
        const DateTime time = parse_date_time(in);
        in.end();
        REQUIRE_FALSE(in.failed());
        std::string out;
        print_date_time(out, time);
        CHECK(out == text);
        return time.unix_seconds;
    };
    CHECK(seconds("\" 1-Jan-1970 00:00:00 +0000\"") == 0);
    CHECK(seconds("\"31-Dec-1969 23:59:59 +0000\"") == -1);
    CHECK(seconds("\"17-Jul-1996 02:44:25 -0700\"") == 837596665);
    CHECK(seconds("\"29-Feb-2024 23:00:00 +0130\"") == 1709242200);
    for (const char* bad :
         {"\"30-Feb-2024 00:00:00 +0000\"", "\" 1-Foo-2024 00:00:00 +0000\"", "\"1-Jan-2024 24:00:00 +0000\"",
          "\"1-Jan-2024 00:60:00 +0000\"", "\"1-Jan-2024 00:00:00\"", "\"1-Jan-2024 00:00:00 0000\"",
          "\"001-Jan-2024 00:00:00 +0000\"", "\"0-Jan-2024 00:00:00 +0000\""}) {
        CAPTURE(bad);
        Cursor in(bad);
        parse_date_time(in);
        CHECK(in.failed());
    }
}

TEST_CASE("a SEARCH date reads with and without quotes", "[imap]") {
    for (const char* text : {"1-Feb-1994", "\"1-Feb-1994\"", "01-feb-1994"}) {
        Cursor in(text);
        const Date date = parse_date(in);
        in.end();
        REQUIRE_FALSE(in.failed());
        CHECK(date.days == 8797);
        std::string out;
        print_date(out, date);
        CHECK(out == "1-Feb-1994");
    }
}
