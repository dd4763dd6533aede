// CRAM-MD5 (RFC 2195): an HMAC over the server's challenge proves the password; the directory must hold it in clear.
// No authorization id, no channel binding; for old clients, off unless configured.
#pragma once

#include "common/sasl/mechanism.h"

namespace helio::sasl {

class CramMd5 final : public Mechanism {
public:
    explicit CramMd5(const Setting& setting);
    /// With a challenge of the caller's: for APOP's relatives in tests, and RFC 2195's example.
    explicit CramMd5(std::string challenge) : challenge_(std::move(challenge)) {}

    bool client_first() const override { return false; }
    Result<Step> step(std::string_view response) override;
    std::string wanted_name() const override { return credentials_.authentication_id; }
    Result<Step> supply(StoredSecret stored) override;
    Credentials take_credentials() override { return std::move(credentials_); }

private:
    std::string challenge_;
    bool asked_ = false;
    std::string digest_;
    Credentials credentials_;
};

/// "<random.time@host>": the challenge of CRAM-MD5 and the timestamp of POP3's greeting (RFC 1939 §7).
std::string unique_challenge(std::string_view host);

}  // namespace helio::sasl
