// A POP3 reply of a store: its parts lie inside it.
#include "mmp/pop/store_dialogue.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(mmp_pop) {
    const auto reply = helio::mmp::parse_pop_reply(input);
    FUZZ_CHECK(reply.code.size() + reply.text.size() <= input.size());
    FUZZ_CHECK(reply.code.find(']') == std::string_view::npos);
}
