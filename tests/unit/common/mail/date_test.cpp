#include "common/mail/date.h"

#include "tests/support/catch.h"

using namespace helio::mail;

TEST_CASE("header dates are read in all the forms that mail has", "[mail][date]") {
    struct Row {
        std::string_view text;
        std::optional<DateTime> date;
    };
    const auto row = GENERATE(values<Row>({
        {"Sat, 21 Nov 2026 21:35:34 +0000", DateTime{1795296934, 0}},
        {"21 Nov 2026 21:35:34 +0000", DateTime{1795296934, 0}},
        {"Sat, 21 Nov 2026 22:35:34 +0100 (CET)", DateTime{1795296934, 60}},
        {"Sat, 21 Nov 2026 16:35:34 EST", DateTime{1795296934, -300}},
        {" Sat ,  21\r\n Nov 2026 21 : 35 : 34 GMT", DateTime{1795296934, 0}},
        {"Sat, 21 Nov 26 21:35:34 Z", DateTime{1795296934, 0}},
        {"21 November 2026 21:35:34", DateTime{1795296934, 0}},
        {"21-Nov-2026 21:35:34 +0000", DateTime{1795296934, 0}},
        {"Fri, 21 Nov 1997 09:55:06 -0600", DateTime{880127706, -360}},
        {"1 Jan 1970 00:00 +0000", DateTime{0, 0}},
        {"31 Dec 1969 23:59:59 +0000", DateTime{-1, 0}},
        {"1 Jan 70 00:00:00 (comment (nested)) +0000", DateTime{0, 0}},
        {"1 Jan 100 00:00:00 +0000", DateTime{946684800, 0}},
        // a leap second stays on its day: SENTON asks for the day as written, time and zone play no part
        {"31 Dec 9999 00:00:00 +0000", DateTime{253402214400, 0}},
        {"1 Jan 10000 00:00:00 +0000", std::nullopt},
        {"1 Jan 40000 00:00:00 +0000", std::nullopt},
        {"30 Jun 2015 23:59:60 +0000", DateTime{1435708799, 0}},
        {"21 Nov 2026 21.35.34 +0000", DateTime{1795296934, 0}},
        {"29 Feb 2024 00:00:00 Q", DateTime{1709164800, 0}},
        {"29 Feb 2023 00:00:00 +0000", std::nullopt},
        {"32 Jan 2023 00:00:00 +0000", std::nullopt},
        // RFC 5256 §2.2: without a valid time it is 00:00:00, without a valid zone UTC
        {"1 Jan 2023 24:00:00 +0000", DateTime{1672531200, 0}},
        {"1 Jan 2023 00:60:00 +0100", DateTime{1672527600, 60}},
        {"1 Jan 2023 23:59:61 +0000", DateTime{1672531200, 0}},
        {"1 Jan 2023 12:xx:00 +0000", DateTime{1672531200, 0}},
        {"1 Jan 2023 99999999:00:00 +0000", DateTime{1672531200, 0}},
        {"1 Jan 2023 12:00:00 nowhere", DateTime{1672574400, 0}},
        {"1 Jan 2023 noon", DateTime{1672531200, 0}},
        {"1 Jan 2023 +0100", DateTime{1672527600, 60}},
        {"1 Jan 2023", DateTime{1672531200, 0}},
        {"1 Foo 2023 00:00:00 +0000", std::nullopt},
        {"1 Jan 99999999999 00:00:00 +0000", std::nullopt},
        {"1 Jan", std::nullopt},
        {"", std::nullopt},
        {"(((((((", std::nullopt},
    }));
    CAPTURE(row.text);
    const auto date = parse_date(row.text);
    REQUIRE(date.has_value() == row.date.has_value());
    if (!date) return;
    CHECK(date->unix_seconds == row.date->unix_seconds);
    CHECK(date->zone_minutes == row.date->zone_minutes);
    CHECK(parse_date(print_date(*date)) == *date);
}

TEST_CASE("dates are printed as RFC 5322 has them", "[mail][date]") {
    CHECK(print_date({1795296934, 0}) == "Sat, 21 Nov 2026 21:35:34 +0000");
    CHECK(print_date({0, -330}) == "Wed, 31 Dec 1969 18:30:00 -0530");
}

TEST_CASE("a sent date compares by its own calendar", "[mail][date]") {
    CHECK(parse_date("1 Feb 1994 23:30:00 -0500")->local_day() == 8797);
    CHECK(DateTime{-1, 0}.local_day() == -1);
}
