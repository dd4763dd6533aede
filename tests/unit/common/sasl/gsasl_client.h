// GsaslClient: GNU SASL's client side, so that our server's side is checked against somebody else's idea of a
// mechanism.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <gsasl.h>

namespace helio::test {

class GsaslClient {
public:
    GsaslClient(const std::string& mechanism, std::map<Gsasl_property, std::string> properties) {
        if (gsasl_init(&library_) != GSASL_OK) throw std::runtime_error("gsasl_init");
        if (gsasl_client_start(library_, mechanism.c_str(), &session_) != GSASL_OK)
            throw std::runtime_error("gsasl has no " + mechanism);
        for (const auto& [property, value] : properties) gsasl_property_set(session_, property, value.c_str());
    }
    ~GsaslClient() {
        gsasl_finish(session_);
        gsasl_done(library_);
    }
    GsaslClient(const GsaslClient&) = delete;
    GsaslClient& operator=(const GsaslClient&) = delete;

    /// The answer to a challenge in base64; nothing: the client gives up.
    std::optional<std::string> answer(const std::string& challenge) {
        char* out = nullptr;
        const int code = gsasl_step64(session_, challenge.c_str(), &out);
        const std::unique_ptr<char, decltype(&gsasl_free)> owned(out, &gsasl_free);
        if (code != GSASL_OK && code != GSASL_NEEDS_MORE) return std::nullopt;
        return std::string(out);
    }

private:
    Gsasl* library_ = nullptr;
    Gsasl_session* session_ = nullptr;
};

}  // namespace helio::test
