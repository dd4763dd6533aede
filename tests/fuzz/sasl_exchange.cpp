// A whole exchange: the first line names the mechanism, the second is the initial response, the others are responses.
// It ends, and a finished one has credentials within their limits.
#include "common/base/text.h"
#include "common/sasl/exchange.h"
#include "common/sasl/plain.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(sasl_exchange) {
    using namespace helio::sasl;
    const auto lines = helio::base::split(input, '\n');
    auto exchange = Exchange::begin(lines[0]);
    if (!exchange) return;
    const bool initial = lines.size() > 1 && !lines[1].empty();
    auto turn = exchange->start(initial ? std::optional(lines[1]) : std::nullopt);
    for (std::size_t i = 2; i < lines.size() && turn.outcome == Outcome::challenge; ++i)
        turn = exchange->respond(lines[i]);
    if (turn.outcome != Outcome::done) return;
    const auto credentials = exchange->take_credentials();
    FUZZ_CHECK(credentials.authentication_id.size() <= most_id_bytes);
    FUZZ_CHECK(credentials.authorization_id.size() <= most_id_bytes);
    FUZZ_CHECK(credentials.password.reveal().size() <= most_password_bytes);
}
