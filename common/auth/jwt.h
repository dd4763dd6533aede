// Signed access tokens (RFC 7519, RFC 9068): JWS compact form with RS256, ES256 or EdDSA, keys from a JWKS file
// (RFC 7517). "none" and shared keys are never taken. Pure but for load(); tests/fuzz/auth_jwt.cpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/auth/oauth_config.h"
#include "common/auth/token.h"
#include "common/base/clock.h"
#include "common/base/result.h"

namespace helio::auth {

inline constexpr std::size_t most_jwt_bytes = 8192;

class JwtKeys {
public:
    JwtKeys();
    ~JwtKeys();
    JwtKeys(JwtKeys&&) noexcept;
    JwtKeys& operator=(JwtKeys&&) noexcept;
    /// Errors: not JSON, or no key in it that we could use.
    static Result<JwtKeys> parse(std::string_view jwks);
    /// Throws base::StartupError naming the file.
    static JwtKeys load(const std::string& path);
    std::size_t size() const;

private:
    friend TokenVerdict verify_jwt(std::string_view, const JwtKeys&, const OauthConfig&, base::WallTime);
    struct Key;
    std::vector<std::unique_ptr<Key>> keys_;
};

/// True when `token` has the form of a signed one; whether it is good says verify_jwt().
bool looks_like_jwt(std::string_view token);

/// Signature by one of `keys` (by `kid` when both have one), then the claims. Never unavailable.
TokenVerdict verify_jwt(std::string_view token, const JwtKeys& keys, const OauthConfig& config, base::WallTime now);

/// The claims of a JSON object: exp, nbf, iss, aud, scope and the user. `required`: those of RFC 9068 must be there;
/// else, after an introspection, only those that are there are looked at.
TokenVerdict judge_claims(std::string_view json, const OauthConfig& config, base::WallTime now, bool required);

}  // namespace helio::auth
