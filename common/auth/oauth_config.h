// OauthConfig: the [oauth] table: whose access tokens are believed, and how they are checked.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/base/secret.h"
#include "common/config/document.h"

namespace helio::auth {

struct OauthConfig {
    std::string issuer;                  ///< `iss` must be this
    std::vector<std::string> audiences;  ///< `aud` must hold one of these
    std::vector<std::string> scopes;     ///< all of these must be in `scope`
    std::string user_claim = "email";    ///< which claim is the login name
    std::string discovery_url;           ///< told to clients whose token was refused (RFC 7628 §3.2.2)
    std::string jwks_file;               ///< keys of signed tokens (RFC 7517); empty: introspection alone
    std::string introspection_url;       ///< RFC 7662; empty: signed tokens alone
    std::string client_id;               ///< who we are at the introspection endpoint
    base::Secret client_secret;
    std::string ca_file;  ///< PEM, of the endpoint's certificate; empty: the system's
    std::chrono::milliseconds timeout{5'000};
};

/// Keys: issuer, audiences, scopes, user_claim, discovery_url, jwks_file, introspection_url, client_id,
/// client_secret_file, ca, timeout. Nothing when the file has no such table.
std::optional<OauthConfig> read_oauth_config(config::Section root);

}  // namespace helio::auth
