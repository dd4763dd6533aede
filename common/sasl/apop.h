// APOP (RFC 1939 §7): the MD5 of the greeting's timestamp and the password. No SASL mechanism, but it runs like one:
// one step with "name digest", then the stored secret. The directory must hold the password in clear.
#pragma once

#include "common/sasl/mechanism.h"

namespace helio::sasl {

class Apop final : public Mechanism {
public:
    /// `timestamp` as the greeting had it, with its angle brackets.
    explicit Apop(std::string timestamp) : timestamp_(std::move(timestamp)) {}

    bool client_first() const override { return true; }
    Result<Step> step(std::string_view response) override;
    std::string wanted_name() const override { return credentials_.authentication_id; }
    Result<Step> supply(StoredSecret stored) override;
    Credentials take_credentials() override { return std::move(credentials_); }

private:
    std::string timestamp_;
    std::string digest_;
    Credentials credentials_;
};

}  // namespace helio::sasl
