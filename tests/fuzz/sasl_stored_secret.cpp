// One value of userPassword or authPassword: what is taken from it is within its limits, and prints and parses back.
#include "common/sasl/stored_secret.h"
#include "tests/support/fuzz/target.h"

namespace {

void check(helio::sasl::Hash hash, const helio::sasl::ScramKeys& keys) {
    FUZZ_CHECK(keys.iterations >= helio::sasl::least_iterations && keys.iterations <= helio::sasl::most_iterations);
    FUZZ_CHECK(!keys.salt.empty() && keys.salt.size() <= helio::sasl::most_salt_bytes);
    helio::sasl::StoredSecret again;
    again.add(print_keys(hash, keys));
    FUZZ_CHECK((hash == helio::sasl::Hash::sha1 ? again.sha1 : again.sha256) == keys);
}

}  // namespace

FUZZ_TARGET(sasl_stored_secret) {
    helio::sasl::StoredSecret secret;
    secret.add(input);
    if (secret.sha1) check(helio::sasl::Hash::sha1, *secret.sha1);
    if (secret.sha256) check(helio::sasl::Hash::sha256, *secret.sha256);
    FUZZ_CHECK(int{!secret.clear.empty()} + int{secret.sha1.has_value()} + int{secret.sha256.has_value()} <= 1);
}
