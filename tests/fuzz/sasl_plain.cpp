// PLAIN: what parses prints back to the same bytes.
#include "common/sasl/mechanism.h"
#include "common/sasl/plain.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(sasl_plain) {
    const auto parsed = helio::sasl::parse_plain(input);
    if (!parsed) return;
    FUZZ_CHECK(!parsed->authentication_id.empty());
    FUZZ_CHECK(helio::sasl::plain_message(parsed->authorization_id, parsed->authentication_id, parsed->password) ==
               input);
}
