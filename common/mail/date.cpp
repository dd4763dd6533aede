#include "common/mail/date.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "common/base/text.h"

namespace helio::mail {
namespace {

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct ZoneName {
    std::string_view name;
    int minutes;
};
// RFC 5322 §4.3; any other name, military letters included, is -0000.
constexpr std::array<ZoneName, 12> zone_names = {{{"UT", 0},
                                                  {"GMT", 0},
                                                  {"UTC", 0},
                                                  {"Z", 0},
                                                  {"EST", -300},
                                                  {"EDT", -240},
                                                  {"CST", -360},
                                                  {"CDT", -300},
                                                  {"MST", -420},
                                                  {"MDT", -360},
                                                  {"PST", -480},
                                                  {"PDT", -420}}};

struct Fields {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zone_minutes = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<std::int64_t> days_of(int year, int month, int day) {
    if (year > 9999) return std::nullopt;  // IMAP's dates have four digits
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count();
}

/// time-of-day; 60 is a leap second (RFC 5322 §3.3).
bool is_time(const Fields& f) { return f.hour <= 23 && f.minute <= 59 && f.second <= 60; }

std::optional<DateTime> to_date_time(const Fields& f) {
    if (!is_time(f)) return std::nullopt;
    const auto days = days_of(f.year, f.month, f.day);
    if (!days) return std::nullopt;
    // Unix time has no leap second: it is the one before, so that it stays on its day.
    const std::int64_t local = *days * 86'400 + f.hour * 3'600 + f.minute * 60 + std::min(f.second, 59);
    return DateTime{local - f.zone_minutes * 60, f.zone_minutes};
}

Fields to_fields(DateTime date) {
    const std::int64_t day_number = date.local_day();
    const std::chrono::year_month_day ymd{std::chrono::sys_days(std::chrono::days(day_number))};
    const auto rest = static_cast<int>(date.unix_seconds + date.zone_minutes * 60 - day_number * 86'400);
    return {static_cast<int>(ymd.year()),
            static_cast<int>(static_cast<unsigned>(ymd.month())),
            static_cast<int>(static_cast<unsigned>(ymd.day())),
            rest / 3'600,
            rest / 60 % 60,
            rest % 60,
            date.zone_minutes};
}

int month_of(std::string_view word) {
    for (std::size_t i = 0; i < months.size(); ++i)
        if (base::starts_with_ignoring_case(word, months[i])) return static_cast<int>(i) + 1;
    return 0;
}

std::string print_zone(int minutes) {
    const int size = minutes < 0 ? -minutes : minutes;
    return fmt::format("{}{:02}{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

/// ("+" / "-") 4DIGIT, all of `text`.
std::optional<int> parse_numeric_zone(std::string_view text) {
    if (text.size() != 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    const auto number = base::parse_number32(text.substr(1));
    if (!number) return std::nullopt;
    const int minutes = static_cast<int>(*number / 100 * 60 + *number % 100);
    if (*number % 100 > 59 || minutes > 24 * 60) return std::nullopt;
    return text[0] == '-' ? -minutes : minutes;
}

/// Words and numbers of a header's date, white space and comments skipped.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    void skip() {
        int depth = 0;
        while (!rest_.empty()) {
            const char c = rest_.front();
            if (c == '(') ++depth;
            if (depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n') return;
            if (c == ')' && depth > 0) --depth;
            rest_.remove_prefix(1);
        }
    }
    std::string_view word() { return run(is_letter); }
    /// At most six digits; nothing when there are none or more.
    std::optional<int> number(std::size_t& digits) {
        const auto text = run(is_digit);
        digits = text.size();
        if (text.empty() || text.size() > 6) return std::nullopt;
        return static_cast<int>(*base::parse_number32(text));
    }
    std::optional<int> number() {
        std::size_t digits = 0;
        return number(digits);
    }
    bool take(char c) {
        skip();
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::string_view rest() {
        skip();
        return rest_;
    }

private:
    template <class Is>
    std::string_view run(Is is) {
        skip();
        std::size_t length = 0;
        while (length < rest_.size() && is(rest_[length])) ++length;
        const auto found = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return found;
    }
    std::string_view rest_;
};

/// Year of RFC 5322 §4.3: 00-49 is 2000-2049, 50-99 and three digits count from 1900.
int full_year(int year, std::size_t digits) {
    if (digits == 2) return year < 50 ? year + 2000 : year + 1900;
    if (digits == 3) return year + 1900;
    return year;
}

int parse_zone(Scanner& scanner) {
    const auto rest = scanner.rest();
    if (rest.empty()) return 0;
    if (const auto numeric = parse_numeric_zone(rest.substr(0, 5))) return *numeric;
    const auto name = scanner.word();
    for (const auto& zone : zone_names)
        if (base::equals_ignoring_case(name, zone.name)) return zone.minutes;
    return 0;
}

/// time-of-day = hour ":" minute [":" second]; some senders write "." for ":".
bool parse_time(Scanner& scanner, Fields& fields) {
    const auto colon = [&scanner] { return scanner.take(':') || scanner.take('.'); };
    const auto hour = scanner.number();
    if (!hour || !colon()) return false;
    const auto minute = scanner.number();
    if (!minute) return false;
    fields.hour = *hour;
    fields.minute = *minute;
    if (!colon()) return is_time(fields);
    const auto second = scanner.number();
    if (!second) return false;
    fields.second = *second;
    return is_time(fields);
}

}  // namespace

std::int64_t DateTime::local_day() const {
    const std::int64_t local = unix_seconds + zone_minutes * 60;
    return local >= 0 ? local / 86'400 : (local - 86'399) / 86'400;
}

std::optional<DateTime> parse_date(std::string_view text) {
    Scanner scanner(text);
    Fields fields;
    if (!scanner.word().empty()) scanner.take(',');
    const auto day = scanner.number();
    if (!day) return std::nullopt;
    scanner.take('-');
    fields.month = month_of(scanner.word());
    scanner.take('-');
    std::size_t digits = 0;
    const auto year = scanner.number(digits);
    if (fields.month == 0 || !year) return std::nullopt;
    fields.day = *day;
    fields.year = full_year(*year, digits);
    // RFC 5256 §2.2: with an invalid time the day still counts, from 00:00:00; with an invalid zone it is in UTC.
    if (!parse_time(scanner, fields)) fields.hour = fields.minute = fields.second = 0;
    fields.zone_minutes = parse_zone(scanner);
    return to_date_time(fields);
}

std::string print_date(DateTime date) {
    const auto f = to_fields(date);
    const auto day = date.local_day();
    const auto weekday = static_cast<std::size_t>(((day % 7) + 7 + 4) % 7);  // 1970-01-01 was a Thursday
    return fmt::format("{}, {} {} {:04} {:02}:{:02}:{:02} {}", weekdays[weekday], f.day,
                       months[static_cast<std::size_t>(f.month - 1)], f.year, f.hour, f.minute, f.second,
                       print_zone(f.zone_minutes));
}

}  // namespace helio::mail
