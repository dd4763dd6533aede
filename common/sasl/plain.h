// PLAIN (RFC 4616): one message, authorization id NUL authentication id NUL password, all of it UTF-8.
// Made by make_mechanism(); the limits keep what a stranger can make us hold small.
#pragma once

#include "common/sasl/mechanism.h"

namespace helio::sasl {

/// RFC 4616 §2 demands at least 255 octets for each part.
inline constexpr std::size_t most_id_bytes = 512;
inline constexpr std::size_t most_password_bytes = 1024;

class Plain final : public Mechanism {
public:
    bool client_first() const override { return true; }
    Result<Step> step(std::string_view response) override;
    Credentials take_credentials() override { return std::move(credentials_); }

private:
    Credentials credentials_;
};

/// Takes a PLAIN message apart. Errors: malformed (not exactly two NULs, no authentication id, a part over its limit,
/// not UTF-8). An empty password is let through: a front end that its certificate proves sends none, and
/// auth::Authenticator rejects it from everybody else. Deviates: RFC 4616 §2 (passwd is 1*SAFE).
Result<Credentials> parse_plain(std::string_view message);

}  // namespace helio::sasl
