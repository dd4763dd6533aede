// However the bytes are cut, the framer gives the same commands; it never takes more than it is given and its memory
// stays within the limits.
#include <string>
#include <vector>

#include "common/imap/framer.h"
#include "tests/support/fuzz/target.h"

namespace {

using helio::imap::Framer;

std::vector<std::string> events_of(std::string_view input, std::size_t step) {
    const Framer::Limits limits{.line_bytes = 60, .literal_bytes = 40, .total_bytes = 150};
    Framer framer(limits);
    std::vector<std::string> events;
    std::size_t at = 0;
    while (at < input.size()) {
        const auto part = input.substr(at, step);
        const auto result = framer.feed(part);
        FUZZ_CHECK(result.consumed <= part.size());
        FUZZ_CHECK(framer.command().size() <= limits.total_bytes + limits.line_bytes + 100);
        at += result.consumed;
        if (result.state == Framer::State::need_more) {
            FUZZ_CHECK(result.consumed == part.size());
            continue;
        }
        if (result.state == Framer::State::literal) {
            if (framer.accept_literal() || !framer.refuse_literal()) continue;
            events.emplace_back("refused " + std::string(framer.tag()));
        } else if (result.state == Framer::State::complete) {
            events.emplace_back(framer.command());
        } else {
            events.emplace_back("error " + std::string(framer.tag()) + std::string(to_text(result.fault)));
        }
        framer.reset();
    }
    return events;
}

}  // namespace

FUZZ_TARGET(imap_framer) {
    if (input.size() > 4096) return;
    const auto whole = events_of(input, input.size() + 1);
    FUZZ_CHECK(events_of(input, 1) == whole);
    FUZZ_CHECK(events_of(input, 7) == whole);
}
