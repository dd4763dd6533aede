// parse_proxy_header: a header that was read is never longer than the input, and what we print is read back.
#include "common/net/proxy_protocol.h"

#include "tests/support/fuzz/target.h"

FUZZ_TARGET(proxy_protocol) {
    using namespace helio::net;
    const auto parsed = parse_proxy_header(input);
    if (!parsed || parsed->need_more) return;
    FUZZ_CHECK(parsed->header.length <= input.size());
    if (!parsed->header.client) return;
    const auto printed = proxy_header(*parsed->header.client, *parsed->header.client);
    const auto again = parse_proxy_header(printed);
    FUZZ_CHECK(again && !again->need_more);
    FUZZ_CHECK(again->header.client == parsed->header.client);
    FUZZ_CHECK(again->header.length == printed.size());
}
