// POP3 lines of both sides: a command that parses prints back to the same line; a reply's parts lie inside it.
#include "common/base/text.h"
#include "mmp/pop/command.h"
#include "mmp/pop/store_dialogue.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(mmp_pop) {
    if (const auto command = helio::mmp::parse_pop_command(input)) {
        const bool has_space = input.size() > command->keyword.size();
        const auto printed = command->keyword + (has_space ? " " : "") + std::string(command->argument);
        FUZZ_CHECK(helio::base::equals_ignoring_case(printed, input));
    }
    const auto reply = helio::mmp::parse_pop_reply(input);
    FUZZ_CHECK(reply.code.size() + reply.text.size() <= input.size());
    FUZZ_CHECK(reply.code.find(']') == std::string_view::npos);
}
