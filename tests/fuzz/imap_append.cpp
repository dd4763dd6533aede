// What follows the mailbox of an APPEND: the parser never takes more than there is, and comes to an end.
#include "common/imap/append_parser.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(imap_append) {
    using namespace helio::imap;
    const auto target = parse_append_target(input);
    if (target) FUZZ_CHECK(target->consumed < input.size());
    // Lines are what stands between literals.
    AppendParser parser;
    std::size_t at = 0;
    for (std::size_t steps = 0; steps <= input.size() + 1; ++steps) {
        const auto line_end = input.find("}\r\n", at);
        const bool complete = line_end == std::string_view::npos;
        const auto text = complete ? input.substr(at) : input.substr(at, line_end + 3 - at);
        const auto event = parser.next(text, complete);
        if (!event) return;
        FUZZ_CHECK(event->consumed <= text.size());
        at += event->consumed;
        if (event->kind == AppendParser::Event::Kind::end || event->kind == AppendParser::Event::Kind::accept) return;
        FUZZ_CHECK(event->consumed > 0);
    }
    FUZZ_CHECK(false);
}
