// SCRAM-SHA-1 and SCRAM-SHA-256, with channel binding as -PLUS (RFC 5802, RFC 7677): the password never crosses the
// line, the server proves itself too, and the directory may hold keys instead of the password. Bindings:
// tls-server-end-point (RFC 5929) and tls-exporter (RFC 9266); tls-unique is not safe under TLS 1.3 and not offered.
// An unknown user gets a salt that is always the same for that name, then the failure of a wrong password.
#pragma once

#include "common/sasl/mechanism.h"

namespace helio::sasl {

class Scram final : public Mechanism {
public:
    Scram(Hash hash, bool plus, Setting setting);

    bool client_first() const override { return true; }
    Result<Step> step(std::string_view response) override;
    std::string wanted_name() const override { return credentials_.authentication_id; }
    Result<Step> supply(StoredSecret stored) override;
    Credentials take_credentials() override { return std::move(credentials_); }

    /// The server's half of the nonce; tests set it to RFC 5802's example.
    void set_nonce(std::string nonce) { server_nonce_ = std::move(nonce); }

private:
    enum class Stage { client_first, supply, client_final, confirm, over };
    Result<Step> client_first_message(std::string_view message);
    Result<Step> client_final_message(std::string_view message);
    Result<std::string_view> gs2_header(std::string_view message);
    std::string made_salt() const;
    const ScramKeys* keys();

    const Hash hash_;
    const bool plus_;
    const Setting setting_;
    Stage stage_ = Stage::client_first;
    std::string server_nonce_;
    std::string gs2_;      // the header as sent, which "c=" must repeat
    std::string binding_;  // channel binding data of the type that the client chose
    std::string nonce_;    // both halves
    std::string client_first_bare_;
    std::string server_first_;
    StoredSecret stored_;
    std::optional<ScramKeys> keys_;
    Credentials credentials_;
};

}  // namespace helio::sasl
