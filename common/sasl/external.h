// EXTERNAL (RFC 4422 Appendix A): the client is proven by other means (its TLS certificate) and names at most whom to
// act as. Whether the certificate may do that is the caller's decision.
#pragma once

#include "common/sasl/mechanism.h"

namespace helio::sasl {

class External final : public Mechanism {
public:
    bool client_first() const override { return true; }
    /// Errors: malformed (a NUL, not UTF-8, over the limit).
    Result<Step> step(std::string_view response) override;
    Credentials take_credentials() override { return std::move(credentials_); }

private:
    Credentials credentials_;
};

}  // namespace helio::sasl
