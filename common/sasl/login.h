// LOGIN (draft-murchison-sasl-login): "Username:" and "Password:" asked for in turn. Obsolete, still what old clients
// speak; offered only under TLS like PLAIN.
#pragma once

#include "common/sasl/mechanism.h"

namespace helio::sasl {

class Login final : public Mechanism {
public:
    bool client_first() const override { return false; }
    Result<Step> step(std::string_view response) override;
    Credentials take_credentials() override { return std::move(credentials_); }

private:
    enum class Stage { start, name, password };
    Stage stage_ = Stage::start;
    Credentials credentials_;
};

}  // namespace helio::sasl
