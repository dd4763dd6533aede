// Dates of IMAP: "date" of SEARCH keys and "date-time" of APPEND and INTERNALDATE (RFC 9051 §9).
// Days are counted in the proleptic Gregorian calendar; no locale and no time zone data base.
#pragma once

#include <cstdint>
#include <string>

#include "common/imap/cursor.h"

namespace helio::imap {

/// Days since 1970-01-01; a SEARCH date without time and zone.
struct Date {
    std::int32_t days = 0;
    auto operator<=>(const Date&) const = default;
};
struct DateTime {
    std::int64_t unix_seconds = 0;
    std::int16_t zone_minutes = 0;  ///< east of UTC, as written
    bool operator==(const DateTime&) const = default;
};

/// date = date-text / DQUOTE date-text DQUOTE ("1-Feb-1994")
Date parse_date(Cursor& in);
/// date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
DateTime parse_date_time(Cursor& in);
void print_date(std::string& out, Date date);
/// With the quotes: " 1-Feb-1994 21:52:25 +0100" in the time's own zone.
void print_date_time(std::string& out, DateTime time);

}  // namespace helio::imap
