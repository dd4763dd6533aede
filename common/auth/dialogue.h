// Dialogue: one SASL exchange with everything behind it: what the directory stores is fetched when the mechanism asks
// for it, tokens and certificates are checked, the authorization id is judged, failures are counted and answered late.
// Protocols move its lines and word its outcome, nothing else:
//   auto dialogue = authenticator.begin(mechanism, peer);      // nothing: not offered
//   auto turn = co_await dialogue->start(initial);
//   while (turn.outcome == sasl::Outcome::challenge) { send(turn.challenge); turn = co_await dialogue->respond(line); }
//   if (turn.outcome == sasl::Outcome::done) login = co_await dialogue->finish();   // else cancelled or malformed
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/auth/config.h"
#include "common/auth/guard.h"
#include "common/auth/login.h"
#include "common/auth/peer.h"
#include "common/auth/token.h"
#include "common/sasl/exchange.h"

namespace helio::dns {
class Resolver;
}

namespace helio::auth {

/// What all dialogues of a daemon share.
struct DialogueBench {
    ldap::Directory& directory;
    const AuthConfig config;
    const logging::Logger& log;
    Guard guard;
    base::Histogram& duration;
    std::unique_ptr<TokenVerifier> tokens;
    dns::Resolver* resolver = nullptr;  ///< null: every client's host is unknown

    /// Name and password, without counting and waiting.
    Task<Login> prove_password(std::string name, base::Secret password, net::Address client);
    /// Turns a login that the site's or the user's access filter doesn't grant into a rejected one. A filter that names
    /// hosts asks the DNS; without an answer the login is unavailable.
    Task<> apply_filters(Login* login, Peer peer) const;
};

class Dialogue {
public:
    Dialogue(DialogueBench& bench, sasl::Exchange exchange, std::string mechanism, Peer peer);

    /// `initial` as it stands on the command line: base64, "=" for an empty one.
    Task<sasl::Turn> start(std::optional<std::string> initial);
    /// The client's next line without its CRLF.
    Task<sasl::Turn> respond(std::string line);
    /// After done. Refusals come late (ThrottleConfig::delay).
    Task<Login> finish();
    /// For the log: the mechanism's name.
    const std::string& mechanism() const { return mechanism_; }

private:
    Task<sasl::Turn> go_on(sasl::Turn turn);
    Task<Login> fetch_secret(sasl::StoredSecret& stored);
    Task<Login> judge();
    Task<Login> judge_certificate();
    Task<Login> judge_token();
    Task<Login> find_active(std::string name, std::string_view absent);
    void authorize(Login& login) const;
    std::string name_used() const;
    void count(const Login& login);

    DialogueBench& bench_;
    sasl::Exchange exchange_;
    std::string mechanism_;
    Peer peer_;
    base::SteadyTime began_;
    sasl::Credentials credentials_;
    std::shared_ptr<const ldap::User> user_;  // whom the name means, proven or not
    std::optional<Login> login_;              // known before finish()
    bool refused_ = false;                    // the next line only acknowledges the refusal
};

}  // namespace helio::auth
