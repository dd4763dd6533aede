// An IMAP URL that parses prints to a text that parses to the same URL.
#include "common/imap/imap_url.h"

#include "tests/support/fuzz/target.h"

FUZZ_TARGET(imap_url) {
    using namespace helio::imap;
    const auto url = parse_imap_url(input);
    if (!url) return;
    const auto again = parse_imap_url(print_imap_url(*url));
    FUZZ_CHECK(again.has_value());
    FUZZ_CHECK(*again == *url);
}
