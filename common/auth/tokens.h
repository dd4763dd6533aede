// Tokens: the TokenVerifier of [oauth]: signed tokens by the keys of a file, others by asking the authorization server
// (RFC 7662) over HTTPS. The questions block threads of their own, few and bounded, never an event loop.
#pragma once

#include <memory>

#include "common/auth/jwt.h"
#include "common/auth/token.h"
#include "common/logging/logger.h"

namespace helio::auth {

class Tokens final : public TokenVerifier {
public:
    /// Throws base::StartupError when the file of keys is no good.
    Tokens(OauthConfig config, const logging::Logger& log, const base::Clock& clock);
    ~Tokens() override;

    Task<TokenVerdict> verify(base::Secret token) override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// What an introspection endpoint's answer says of a token. Pure.
TokenVerdict judge_introspection(long status, std::string_view body, const OauthConfig& config, base::WallTime now);

}  // namespace helio::auth
