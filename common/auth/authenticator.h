// Authenticator: who is this client. Name and password, or a SASL dialogue, become a user of the directory, with
// guessing throttled by address and by user. One per daemon; used by the MMP, the store's direct logins and submission.
// Wrong password, unknown user and throttled look alike to the client, in text and in time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/auth/config.h"
#include "common/auth/dialogue.h"
#include "common/auth/login.h"
#include "common/auth/token.h"
#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/logging/logger.h"
#include "common/net/address.h"

namespace helio::auth {

class Authenticator {
public:
    /// `tokens` null: made of `config.oauth` when there is one; else no mechanism that needs them is offered.
    /// Throws base::StartupError when the keys of [oauth] are no good.
    Authenticator(ldap::Directory& directory, AuthConfig config, const logging::Logger& log, base::Registry& metrics,
                  const base::Clock& clock = base::system_clock(), std::unique_ptr<TokenVerifier> tokens = nullptr);
    /// PLAIN and LOGIN alone.
    Authenticator(ldap::Directory& directory, ThrottleConfig throttle, const logging::Logger& log,
                  base::Registry& metrics, const base::Clock& clock = base::system_clock());
    ~Authenticator();

    /// Access filters that name hosts ask it from now on; before, every client's host is unknown. It must outlive this.
    void ask_hosts_of(dns::Resolver& resolver);

    /// Name and password outside of SASL: LOGIN of IMAP, PASS of POP3.
    Task<Login> login(std::string name, base::Secret password, Peer peer);

    /// True when this peer may give name and password outside of SASL: LOGIN of IMAP, USER and PASS of POP3.
    bool takes_passwords(const Peer& peer) const;
    /// The mechanisms that this peer may use now, the preferred ones first.
    std::vector<std::string_view> offered(const Peer& peer) const;
    /// Each with `prefix` before it: " AUTH=PLAIN AUTH=LOGIN" for IMAP.
    std::string offered(const Peer& peer, std::string_view prefix) const;
    /// Nothing when it is not offered to this peer. The peer's transport must outlive the dialogue.
    std::optional<Dialogue> begin(std::string_view mechanism, const Peer& peer);
    /// APOP (RFC 1939 §7) against the timestamp of the greeting; nothing unless CRAM-MD5 is on for the service.
    std::optional<Dialogue> begin_apop(std::string timestamp, const Peer& peer);
    /// True when `service` greets with a timestamp.
    bool offers_apop(const Peer& peer) const;

private:
    std::unique_ptr<DialogueBench> bench_;
};

}  // namespace helio::auth
