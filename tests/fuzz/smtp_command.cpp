// Any line parses or is refused with a reply; what parses prints and parses again to the same value.
#include "common/smtp/command.h"
#include "tests/support/fuzz/target.h"

using namespace helio;

namespace {

std::string_view argument_of(std::string_view line) {
    FUZZ_CHECK(line.ends_with("\r\n"));
    line.remove_suffix(2);
    return smtp::split_command(line).argument;
}

}  // namespace

FUZZ_TARGET(smtp_command) {
    const auto line = smtp::split_command(input);
    if (const auto mail = smtp::parse_mail(line.argument)) {
        const auto printed = smtp::print(*mail);
        const auto again = smtp::parse_mail(argument_of(printed));
        FUZZ_CHECK(again.has_value() && *again == *mail);
    }
    if (const auto rcpt = smtp::parse_rcpt(line.argument, true)) {
        const auto printed = smtp::print(*rcpt);
        const auto again = smtp::parse_rcpt(argument_of(printed), true);
        FUZZ_CHECK(again.has_value() && *again == *rcpt);
    }
    if (const auto bdat = smtp::parse_bdat(line.argument)) {
        const auto printed = smtp::print(*bdat);
        FUZZ_CHECK(smtp::parse_bdat(argument_of(printed)) == *bdat);
    }
    (void)smtp::parse_auth(line.argument);
    (void)smtp::parse_client_name(line.argument);
}
