// OAUTHBEARER (RFC 7628) and its forerunner XOAUTH2 (Google's): an OAuth 2.0 access token in place of a password, sent
// as it is and so only under TLS. Whether the token is good is auth::Tokens' business; a refusal tells the client why
// in JSON and takes one more answer before the failure.
#pragma once

#include "common/sasl/mechanism.h"

namespace helio::sasl {

inline constexpr std::size_t most_token_bytes = 8192;

class Bearer final : public Mechanism {
public:
    Bearer(bool google_form, const Setting& setting)
        : google_form_(google_form), discovery_url_(setting.discovery_url) {}
    bool client_first() const override { return true; }
    Result<Step> step(std::string_view response) override;
    std::string refusal() const override;
    Credentials take_credentials() override { return std::move(credentials_); }

private:
    const bool google_form_;
    const std::string discovery_url_;
    Credentials credentials_;
};

/// Takes the message of RFC 7628 §3.1 apart. Errors: malformed.
Result<Credentials> parse_oauthbearer(std::string_view message);
/// The same of XOAUTH2: "user=" name %x01 "auth=Bearer " token %x01 %x01.
Result<Credentials> parse_xoauth2(std::string_view message);

}  // namespace helio::sasl
