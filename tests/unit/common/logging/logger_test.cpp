#include "common/logging/logger.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"

using namespace helio;
using logging::Format;

namespace {

std::string line_of(Format format, std::string_view value) {
    return logging::Logger::format_line(format, base::WallTime(std::chrono::milliseconds(1'790'000'000'123)),
                                        logging::Level::info, "store", "imap.login",
                                        {{"user", value}, {"tls", true}, {"ms", 5}});
}

}  // namespace

TEST_CASE("a line has time, level, daemon, event and fields", "[logging]") {
    CHECK(line_of(Format::logfmt, "alice") ==
          "time=2026-09-21T14:13:20.123Z level=info daemon=store event=imap.login user=alice tls=true ms=5");
    CHECK(line_of(Format::json, "alice") ==
          R"({"time":"2026-09-21T14:13:20.123Z","level":"info","daemon":"store","event":"imap.login",)"
          R"("user":"alice","tls":true,"ms":5})");
}

TEST_CASE("no value forges a line or a field, and UTF-8 is shown as it is", "[logging]") {
    struct Row {
        std::string value;
        std::string shown;  ///< between the quotes
    };
    const auto row = GENERATE(values<Row>({
        {"", ""},
        {"a b", "a b"},
        {"a\nb level=error", "a\\nb level=error"},
        {"a\rb", "a\\u000db"},
        {"x\" tls=false", "x\\\" tls=false"},
        {"a\\", "a\\\\"},
        {"j\xc3\xbcrg", "j\xc3\xbcrg"},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"a\xff", "a\\u00ff"},
        {"\x1b[31m", "\\u001b[31m"},
        {"\xc2\x9b", "\\u00c2\\u009b"},  // a control character of terminals
        {std::string("a\0b", 3), "a\\u0000b"},
    }));
    CAPTURE(row.value);
    CHECK_THAT(line_of(Format::logfmt, row.value), Catch::Contains(" user=\"" + row.shown + "\" tls=true ms=5"));
    const auto json = line_of(Format::json, row.value);
    CHECK_THAT(json, Catch::Contains("\"user\":\"" + row.shown + "\",\"tls\""));
    CHECK(nlohmann::json::accept(json));
}

TEST_CASE("a long value is cut", "[logging]") {
    CHECK_THAT(line_of(Format::logfmt, std::string(2000, 'x')),
               Catch::Contains(" user=" + std::string(2000, 'x') + " "));
    CHECK_THAT(line_of(Format::logfmt, std::string(2001, 'x')),
               Catch::Contains(" user=\"" + std::string(2000, 'x') + "...\" "));
    CHECK_THAT(line_of(Format::json, std::string(1999, 'x') + "\xc3\xbc"), Catch::Contains("x\\u00c3...\""));
}
