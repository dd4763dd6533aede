// DIGEST-MD5 (RFC 2831, moved to historic by RFC 6331): for old clients, off unless configured; qop "auth" alone, no
// subsequent authentication. The directory must hold the password in clear.
#pragma once

#include <map>

#include "common/sasl/mechanism.h"

namespace helio::sasl {

class DigestMd5 final : public Mechanism {
public:
    explicit DigestMd5(Setting setting);
    bool client_first() const override { return false; }
    Result<Step> step(std::string_view response) override;
    std::string wanted_name() const override { return credentials_.authentication_id; }
    Result<Step> supply(StoredSecret stored) override;
    Credentials take_credentials() override { return std::move(credentials_); }

    /// Tests set it to RFC 2831's example.
    void set_nonce(std::string nonce) { nonce_ = std::move(nonce); }

private:
    enum class Stage { challenge, response, supply, confirm, over };
    using Directives = std::map<std::string, std::string, std::less<>>;
    Result<Step> client_response(std::string_view response);
    std::string digest(const base::Secret& password, std::string_view prefix) const;

    const Setting setting_;
    std::string nonce_;
    Stage stage_ = Stage::challenge;
    Directives client_;
    Credentials credentials_;
};

/// digest-response = 1#(name "=" (token / quoted-string)), names in lower case. Nothing when it is none, or a name
/// comes twice. Pure; tests/fuzz/sasl_digest.cpp.
std::optional<std::map<std::string, std::string, std::less<>>> parse_directives(std::string_view text);

}  // namespace helio::sasl
