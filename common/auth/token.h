// TokenVerifier: says whose an OAuth 2.0 access token is, and whether it is still good.
#pragma once

#include <string>

#include "common/auth/login.h"
#include "common/base/secret.h"

namespace helio::auth {

struct TokenVerdict {
    Verdict verdict = Verdict::unavailable;  ///< ok, rejected or unavailable
    std::string user = {};                   ///< with ok: the login name that it was made out to
    std::string reason = {};                 ///< for the log; never the token
};

class TokenVerifier {
public:
    virtual ~TokenVerifier() = default;
    virtual Task<TokenVerdict> verify(base::Secret token) = 0;
};

}  // namespace helio::auth
