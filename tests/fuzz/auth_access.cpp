// An access filter prints and parses back, and the printed one decides alike.
#include "common/auth/access.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(auth_access) {
    using namespace helio;
    const auto filter = auth::AccessFilter::parse({std::string(input)});
    if (!filter) return;
    FUZZ_CHECK(filter->rules().size() <= auth::most_rules);
    const auto again = auth::AccessFilter::parse({filter->to_string()});
    FUZZ_CHECK(again.has_value());
    FUZZ_CHECK(*again == *filter);
    for (const auto* client : {"192.0.2.7", "2001:db8::1"}) {
        for (const auto* host : {"", "mail.example.test", "localhost"}) {
            const auth::AccessQuestion question{
                .service = "imap", .tls = true, .client = *net::Address::parse(client), .host = host};
            FUZZ_CHECK(filter->grants(question) == again->grants(question));
        }
    }
}
