// A POP3 command line that parses prints back to the same line; its words lie inside its argument.
#include "common/base/text.h"
#include "common/pop/command.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(pop_command) {
    const auto command = helio::pop::parse_command(input);
    if (!command) return;
    FUZZ_CHECK(!command->keyword.empty() && command->keyword.size() <= 12);
    const bool has_space = input.size() > command->keyword.size();
    const auto printed = command->keyword + (has_space ? " " : "") + std::string(command->argument);
    FUZZ_CHECK(helio::base::equals_ignoring_case(printed, input));
    for (const auto word : helio::pop::words_of(command->argument)) {
        FUZZ_CHECK(!word.empty() && word.find(' ') == std::string_view::npos);
    }
}
