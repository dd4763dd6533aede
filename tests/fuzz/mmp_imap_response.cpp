// A store's line: the parts lie inside the line and none of them grows; the verdict never needs more.
#include "mmp/backend/proxy_message.h"
#include "mmp/imap/response_line.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(mmp_imap_response) {
    const auto line = helio::mmp::parse_imap_response(input);
    const auto inside = [&](std::string_view part) {
        return part.empty() ||
               (part.data() >= input.data() && part.data() + part.size() <= input.data() + input.size());
    };
    FUZZ_CHECK(inside(line.tag) && inside(line.word) && inside(line.code));
    FUZZ_CHECK(inside(line.arguments) && inside(line.text));
    FUZZ_CHECK(line.tag.find(' ') == std::string_view::npos);
    for (const char c : helio::mmp::printable_or_nothing(line.arguments)) FUZZ_CHECK(c >= 0x20 && c < 0x7f);
    helio::mmp::has_word(line.arguments, "SASL-IR");
}
