// A token, or a file of keys, from a stranger: nobody gets in without a key, nothing breaks.
#include "common/auth/jwt.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(auth_jwt) {
    using namespace helio;
    static const auto keys = auth::JwtKeys::parse(
        R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
    FUZZ_CHECK(keys.has_value());
    auth::OauthConfig config;
    config.issuer = "i";
    config.audiences = {"a"};
    const base::WallTime now{std::chrono::seconds(1'800'000'000)};
    FUZZ_CHECK(auth::verify_jwt(input, *keys, config, now).verdict == auth::Verdict::rejected);
    const auto claims = auth::judge_claims(input, config, now, true);
    FUZZ_CHECK(claims.verdict == auth::Verdict::rejected || !claims.user.empty());
    const auto parsed = auth::JwtKeys::parse(input);
    FUZZ_CHECK(!parsed || parsed->size() > 0);
}
