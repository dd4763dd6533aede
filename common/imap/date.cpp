#include "common/imap/date.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "common/base/text.h"
#include "common/imap/char_class.h"

namespace helio::imap {

namespace {

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view bad_date = "Invalid date";

// Exactly `digits` digits.
int fixed_number(Cursor& in, std::size_t digits) {
    const std::string_view text = in.run(is_digit, bad_date);
    if (text.size() != digits) in.fail(bad_date);
    int value = 0;
    for (const char c : text.substr(0, 4)) value = value * 10 + (c - '0');
    return value;
}

unsigned month_number(Cursor& in) {
    for (unsigned i = 0; i < months.size(); ++i) {
        if (in.take_text(months[i])) return i + 1;
    }
    in.fail(bad_date);
    return 1;
}

std::int32_t days_of(Cursor& in, int year, unsigned month, unsigned day) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok()) in.fail(bad_date);
    if (in.failed()) return 0;
    return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

}  // namespace

// date-text = date-day "-" date-month "-" date-year
Date parse_date(Cursor& in) {
    const bool quoted = in.take('"');
    const std::uint32_t day = in.number(bad_date);
    in.expect('-', bad_date);
    const unsigned month = month_number(in);
    in.expect('-', bad_date);
    const int year = fixed_number(in, 4);
    if (quoted) in.expect('"', bad_date);
    return {days_of(in, year, month, day > 31 ? 0 : day)};
}

// time = 2DIGIT ":" 2DIGIT ":" 2DIGIT; zone = ("+" / "-") 4DIGIT
DateTime parse_date_time(Cursor& in) {
    in.expect('"', bad_date);
    const bool one_digit = in.take(' ');
    const std::string_view day_text = in.run(is_digit, bad_date);
    if (day_text.size() > 2 || (one_digit && day_text.size() != 1)) in.fail(bad_date);
    const auto day = base::parse_number(day_text).value_or(0);
    in.expect('-', bad_date);
    const unsigned month = month_number(in);
    in.expect('-', bad_date);
    const int year = fixed_number(in, 4);
    in.space();
    const int hour = fixed_number(in, 2);
    in.expect(':', bad_date);
    const int minute = fixed_number(in, 2);
    in.expect(':', bad_date);
    const int written = fixed_number(in, 2);
    const int second = std::min(written, 59);  // a leap second stays in its day, and in a year of four digits
    in.space();
    const bool west = in.take('-');
    if (!west) in.expect('+', bad_date);
    const int zone = fixed_number(in, 4);
    in.expect('"', bad_date);
    if (hour > 23 || minute > 59 || written > 60 || zone / 100 > 23 || zone % 100 > 59) in.fail(bad_date);
    const std::int64_t days = days_of(in, year, month, day > 31 ? 0 : static_cast<unsigned>(day));
    if (in.failed()) return {};
    const int zone_minutes = (zone / 100 * 60 + zone % 100) * (west ? -1 : 1);
    const std::int64_t local = days * 86400 + hour * 3600 + minute * 60 + second;
    return {local - zone_minutes * 60, static_cast<std::int16_t>(zone_minutes)};
}

void print_date(std::string& out, Date date) {
    const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(date.days))};
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%u-%s-%04d", unsigned(day.day()), months[unsigned(day.month()) - 1].data(),
                  int(day.year()));
    out += text.data();
}

void print_date_time(std::string& out, DateTime time) {
    const std::int64_t local = time.unix_seconds + time.zone_minutes * 60;
    std::int64_t days = local / 86400;
    if (local % 86400 < 0) --days;
    const auto second = static_cast<int>(local - days * 86400);
    const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(days))};
    const int zone = time.zone_minutes < 0 ? -time.zone_minutes : time.zone_minutes;
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "\"%2u-%s-%04d %02d:%02d:%02d %c%02d%02d\"", unsigned(day.day()),
                  months[unsigned(day.month()) - 1].data(), int(day.year()), second / 3600, second / 60 % 60,
                  second % 60, time.zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
    out += text.data();
}

}  // namespace helio::imap
