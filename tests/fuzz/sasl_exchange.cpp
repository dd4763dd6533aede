// A whole exchange: the first line names the mechanism, the second is the initial response, the others are responses.
// It ends, and a finished one has credentials within their limits.
#include "common/base/text.h"
#include "common/sasl/bearer.h"
#include "common/sasl/exchange.h"
#include "common/sasl/plain.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(sasl_exchange) {
    using namespace helio::sasl;
    const auto lines = helio::base::split(input, '\n');
    Setting setting{.host = "mail.example.test", .endpoint_binding = "endpoint", .exporter_binding = "exporter"};
    auto exchange = Exchange::begin(lines[0], setting);
    if (!exchange) return;
    const bool initial = lines.size() > 1 && !lines[1].empty();
    auto turn = exchange->start(initial ? std::optional(lines[1]) : std::nullopt);
    for (std::size_t i = 2; i <= lines.size(); ++i) {
        if (turn.outcome == Outcome::wants_secret) {
            FUZZ_CHECK(!exchange->wanted_name().empty());
            StoredSecret stored;
            stored.add(
                "{SCRAM-SHA-256}1,c2FsdA==,WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,"
                "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
            turn = exchange->supply(std::move(stored));
        }
        if (turn.outcome != Outcome::challenge || i == lines.size()) break;
        turn = exchange->respond(lines[i]);
    }
    if (turn.outcome != Outcome::done) return;
    const auto credentials = exchange->take_credentials();
    FUZZ_CHECK(credentials.authentication_id.size() <= most_id_bytes);
    FUZZ_CHECK(credentials.authorization_id.size() <= most_id_bytes);
    FUZZ_CHECK(credentials.password.reveal().size() <=
               (credentials.proof == Proof::token ? most_token_bytes : most_password_bytes));
    FUZZ_CHECK(credentials.proof != Proof::secret);  // nobody guesses a key
}
