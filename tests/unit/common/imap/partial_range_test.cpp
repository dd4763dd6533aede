#include "common/imap/partial_range.h"

#include "tests/support/catch.h"

using namespace helio::imap;

namespace {

std::string window(std::string_view text, std::size_t count) {
    Cursor in(text);
    const auto range = PartialRange::parse(in);
    in.end();
    if (in.failed()) return "bad";
    const auto window = range.window(count);
    return std::to_string(window.begin) + "-" + std::to_string(window.end);
}

}  // namespace

TEST_CASE("a page is counted from the first or the last result", "[imap]") {
    CHECK(window("1:2", 5) == "0-2");
    CHECK(window("2:1", 5) == "0-2");
    CHECK(window("4:9", 5) == "3-5");
    CHECK(window("6:9", 5) == "0-0");
    CHECK(window("-1:-2", 5) == "3-5");
    CHECK(window("-5:-4", 5) == "0-2");
    CHECK(window("-4:-9", 5) == "0-2");
    CHECK(window("-6:-9", 5) == "0-0");
    CHECK(window("1:4294967295", 0) == "0-0");
    for (const char* text : {"", "1", "1:", "0:1", "1:0", "-1:1", "1:-1", "*:1", "1:2,3", "1:4294967296"}) {
        CAPTURE(text);
        CHECK(window(text, 5) == "bad");
    }
}
