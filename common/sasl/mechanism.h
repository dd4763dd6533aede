// Mechanism: the server's side of one SASL exchange (RFC 4422), the same for IMAP, POP3, SMTP and ManageSieve.
// Pure: steps take and give bytes (the protocols do the base64); verifying is the caller's (auth::Authenticator).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/base/secret.h"

namespace helio::sasl {

struct Credentials {
    std::string authorization_id;   ///< whom to act as; empty: the authenticated user
    std::string authentication_id;  ///< who proves himself; empty with EXTERNAL
    base::Secret password;          ///< empty with EXTERNAL
};

class Mechanism {
public:
    virtual ~Mechanism() = default;
    struct Step {
        bool done = false;      ///< credentials() are complete
        std::string challenge;  ///< to send when not done; may be empty
    };
    /// True when the client speaks first (an initial response is possible, RFC 4422 §3).
    virtual bool client_first() const = 0;
    /// Next bytes from the client; the first call of a server-first mechanism passes an empty view.
    /// Errors: errc::malformed.
    virtual Result<Step> step(std::string_view response) = 0;
    virtual Credentials take_credentials() = 0;
};

enum class errc { malformed = 1 };
const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

/// PLAIN (RFC 4616), LOGIN (draft-murchison-sasl-login), EXTERNAL (RFC 4422 App. A); any case. Null when unknown.
std::unique_ptr<Mechanism> make_mechanism(std::string_view name);

/// The client's PLAIN message: authorization id NUL authentication id NUL password.
std::string plain_message(std::string_view authorization_id, std::string_view authentication_id,
                          const base::Secret& password);

}  // namespace helio::sasl

template <>
struct std::is_error_code_enum<helio::sasl::errc> : std::true_type {};
