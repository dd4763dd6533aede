// AuthConfig: how the daemons that prove users do so: the tables [auth] (throttling) and [sasl] (mechanisms).
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/auth/access.h"
#include "common/base/secret.h"
#include "common/config/document.h"

namespace helio::auth {

struct OauthConfig;

struct ThrottleConfig {
    unsigned failures_per_address = 20;  ///< within `window`; then throttled until it has passed
    unsigned failures_per_user = 10;
    std::chrono::milliseconds window{10 * 60'000};
    std::chrono::milliseconds delay{2'000};  ///< every failed login is answered so late
    std::size_t entries = 100'000;           ///< bound of the table; the oldest go
};
/// Keys of [auth]: failures_per_address, failures_per_user, window, delay.
ThrottleConfig read_throttle_config(config::Section section);

/// What of a client's certificate names the user that EXTERNAL logs in.
enum class CertificateName { none, email, common_name };

struct SaslConfig {
    std::vector<std::string> mechanisms = {"PLAIN", "LOGIN"};
    /// Other lists for "imap", "pop3" and "smtp".
    std::map<std::string, std::vector<std::string>, std::less<>> by_service = {};
    std::string host = "localhost";  ///< realm of DIGEST-MD5, part of challenges
    unsigned iterations = 4096;      ///< of SCRAM where the directory holds the password itself
    base::Secret salt_key = {};      ///< the same on all front ends; empty: made at each start
    CertificateName certificate = CertificateName::none;

    const std::vector<std::string>& of(std::string_view service) const;
    bool lists(std::string_view service, std::string_view mechanism) const;
};
/// Keys of [sasl]: mechanisms, imap, pop3, smtp, host, iterations, salt_key_file, certificate.
SaslConfig read_sasl_config(config::Section section);

struct AuthConfig {
    ThrottleConfig throttle = {};
    SaslConfig sasl = {};
    std::shared_ptr<const OauthConfig> oauth = {};  ///< nothing: no tokens are taken
    SiteAccess access = {};                         ///< the site's; users and domains have their own in the directory
};
/// The tables [auth], [sasl], [oauth] and [access] of a daemon's file.
AuthConfig read_auth_config(config::Section root);

}  // namespace helio::auth
