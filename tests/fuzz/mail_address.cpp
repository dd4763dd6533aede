// A path that parses prints to one that parses to the same.
#include "common/mail/address.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(mail_address) {
    const auto path = helio::mail::parse_path(input, {.utf8 = true, .null_path = true, .bare_postmaster = true});
    if (!path) return;
    FUZZ_CHECK(path->length <= input.size());
    const auto printed = path->address.path();
    FUZZ_CHECK(printed.find_first_of("\r\n") == std::string::npos);
    const auto again = helio::mail::parse_path(printed, {.utf8 = true, .null_path = true, .bare_postmaster = true});
    FUZZ_CHECK(again && again->address == path->address && again->length == printed.size());
}
