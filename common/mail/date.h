// DateTime: a point in time with the zone it was written in. Parses and prints the date-time of RFC 5322 (obsolete
// forms too); IMAP's own dates are common/imap/date.h. Pure: "now" is the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace helio::mail {

struct DateTime {
    std::int64_t unix_seconds = 0;
    int zone_minutes = 0;  ///< east of UTC
    bool operator==(const DateTime&) const = default;

    /// Days since 1970-01-01 as the writer's calendar had it: what SENTON compares (RFC 9051 §6.4.4: "disregarding
    /// time and timezone").
    std::int64_t local_day() const;
};

/// RFC 5322 §3.3 and §4.3: day name and seconds optional, two- and three-digit years, zone names, comments, a missing
/// zone is UTC. Nothing when there is no date in it or a field is out of range (a 60th second is accepted).
std::optional<DateTime> parse_date(std::string_view text);
/// "Sat, 21 Nov 2026 21:35:34 +0000"
std::string print_date(DateTime date);

}  // namespace helio::mail
