// A POP3 response's dot form, which undone gives the text with CRLF line ends, and where TOP stops.
#include "store/popd/dot_text.h"
#include "tests/support/fuzz/target.h"

using namespace helio::store;

FUZZ_TARGET(store_pop) {
    DotText whole;
    std::string at_once;
    whole.feed(input, at_once);
    whole.finish(at_once);
    DotText pieces;
    std::string by_byte;
    for (const char c : input) pieces.feed({&c, 1}, by_byte);
    pieces.finish(by_byte);
    FUZZ_CHECK(by_byte == at_once);
    FUZZ_CHECK(at_once.ends_with(".\r\n"));
    FUZZ_CHECK(at_once.find("\r\n.\r\n") == std::string::npos || at_once.find("\r\n.\r\n") == at_once.size() - 5);

    TopCut cut(input.size() % 5);
    const auto taken = cut.take(input);
    FUZZ_CHECK(taken <= input.size() && (taken == input.size() || cut.done()));
}
