// StoreDialogue: what a protocol says to a store between connect and relay: greeting, STARTTLS where it is due, the
// client's address and the proxy login. One implementation per protocol; knows neither the client nor the circuit.
#pragma once

#include <string>

#include "common/base/secret.h"
#include "common/net/wire.h"
#include "mmp/backend/dialer.h"

namespace helio::mmp {

/// How the proxy proves itself to the stores. Its certificate is the proof; a password only for foreign stores
/// (Dovecot's master user).
enum class ProxyLogin { plain, external };

/// For whom, and from where, a session is opened at a store.
struct Passenger {
    std::string user;      ///< store_name()
    net::Endpoint client;  ///< the true client
    net::Endpoint local;   ///< where it connected to us
    std::string session;   ///< session id of the log
    bool utf8 = false;     ///< POP3: he has said UTF8 (RFC 6856)
};

struct ProxyIdentity {
    ProxyLogin mechanism = ProxyLogin::plain;
    std::string name = "mmp";  ///< authentication id of PLAIN
    base::Secret password;
};

/// What the dialogue needs besides the wire.
struct DialogueContext {
    StoreTls tls = StoreTls::starttls;
    std::shared_ptr<const net::TlsContext> tls_context;  ///< for StoreTls::starttls
    std::string tls_name;
    net::SteadyTime deadline;
};

/// The store's word on the login. Refusals that the client should see (IN-USE, LIMIT) carry their response code.
struct StoreVerdict {
    bool welcome = false;
    std::string capability;  ///< of the tagged OK, IMAP only
    std::string code;        ///< of a refusal: "INUSE", "LIMIT"; empty: temporary failure
    std::string reason;      ///< of a refusal, the store's words, for the log
};

class StoreDialogue {
public:
    virtual ~StoreDialogue() = default;
    virtual route::Protocol protocol() const = 0;
    /// Errors: net::errc, bad_store, store_refused.
    virtual Task<Result<StoreVerdict>> log_in(net::Wire& store, Passenger passenger, const ProxyIdentity& identity,
                                              DialogueContext context) const = 0;
};

}  // namespace helio::mmp
