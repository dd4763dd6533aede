// A command that parses prints to a text that parses to the same command.
#include "common/imap/command.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(imap_command) {
    using namespace helio::imap;
    const auto command = parse_command(input);
    if (!command) return;
    std::string printed = print_command(*command);
    if (command->verb != Verb::append) {
        FUZZ_CHECK(printed.ends_with("\r\n"));
        printed.resize(printed.size() - 2);
    }
    const auto again = parse_command(printed);
    FUZZ_CHECK(again.has_value());
    FUZZ_CHECK(*again == *command);
}
