// Mechanism: the server's side of one SASL exchange (RFC 4422), the same for IMAP, POP3, SMTP and ManageSieve.
// Pure: steps take and give bytes (the protocols do the base64). A mechanism that must know the stored secret says
// wants_secret and is supplied with it; what the credentials are worth is auth::Dialogue's business.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/base/secret.h"
#include "common/sasl/stored_secret.h"

namespace helio::sasl {

/// What an exchange ends with.
enum class Proof {
    password,     ///< `password` must be checked
    secret,       ///< the stored secret was known to the client
    failed,       ///< the stored secret was not
    certificate,  ///< whatever the client's certificate says
    token,        ///< `password` is a bearer token to be checked
};

struct Credentials {
    std::string authorization_id = {};   ///< whom to act as; empty: the authenticated user
    std::string authentication_id = {};  ///< who proves himself; empty with EXTERNAL and OAUTHBEARER
    base::Secret password = {};          ///< or token; empty with EXTERNAL and after a challenge
    Proof proof = Proof::password;
};

/// What the connection adds to an exchange.
struct Setting {
    std::string host = "localhost";     ///< our name: realm of DIGEST-MD5, part of challenges
    std::string endpoint_binding = {};  ///< tls-server-end-point (RFC 5929 §4); empty: no TLS
    std::string exporter_binding = {};  ///< tls-exporter (RFC 9266); empty: no TLS
    bool offers_plus = false;           ///< SCRAM-*-PLUS was offered: a client that says it wasn't is cut off
    unsigned iterations = 4096;         ///< of SCRAM, where the directory holds the password itself or nothing
    base::Secret salt_key = {};         ///< makes the salts of such users and of unknown ones, always the same
    std::string discovery_url = {};     ///< openid-configuration in OAUTHBEARER's refusal; may be empty
};

class Mechanism {
public:
    virtual ~Mechanism() = default;
    struct Step {
        bool done = false;           ///< credentials() are complete
        std::string challenge = {};  ///< to send when not done; may be empty
        bool wants_secret = false;   ///< supply() what is stored for wanted_name() before anything is sent
    };
    /// True when the client speaks first (an initial response is possible, RFC 4422 §3).
    virtual bool client_first() const = 0;
    /// Next bytes from the client; the first call of a server-first mechanism passes an empty view.
    /// Errors: errc::malformed.
    virtual Result<Step> step(std::string_view response) = 0;
    /// Whose secret a step wants.
    virtual std::string wanted_name() const { return {}; }
    /// What is stored; an empty one stands for an unknown user and must look like a wrong password to the client.
    virtual Result<Step> supply(StoredSecret stored);
    /// Told once a token was refused: the challenge that explains it, which the client answers before the failure
    /// (RFC 7628 §3.2.3). Empty: there is none.
    virtual std::string refusal() const { return {}; }
    virtual Credentials take_credentials() = 0;
};

enum class errc { malformed = 1 };
const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

/// What a mechanism needs of the connection and of the site.
struct MechanismTraits {
    std::string_view name;
    bool plaintext = false;    ///< sends the password or a token as it is: only under TLS
    bool secret = false;       ///< the directory must hold a secret
    bool binding = false;      ///< TLS with a channel binding
    bool certificate = false;  ///< a verified client certificate
    bool token = false;        ///< somebody must be there to check tokens
};
/// All mechanisms, the preferred ones first.
const std::vector<MechanismTraits>& all_mechanisms();
/// Any case; nullptr when unknown.
const MechanismTraits* find_mechanism(std::string_view name);

/// Any case. Null when unknown.
std::unique_ptr<Mechanism> make_mechanism(std::string_view name, const Setting& setting = {});

/// The client's PLAIN message: authorization id NUL authentication id NUL password.
std::string plain_message(std::string_view authorization_id, std::string_view authentication_id,
                          const base::Secret& password);

}  // namespace helio::sasl

template <>
struct std::is_error_code_enum<helio::sasl::errc> : std::true_type {};
