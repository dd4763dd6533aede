// Frontend: what the client's side of every protocol shares: its limits, TLS and the gate behind it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/net/tls.h"
#include "mmp/gate.h"

namespace helio::mmp {

struct FrontendConfig {
    std::vector<net::Network> plaintext_from;      ///< may send passwords without TLS
    std::chrono::milliseconds login_time{60'000};  ///< from connect to login
    std::chrono::milliseconds write_time{30'000};  ///< for one answer
    unsigned failed_logins = 5;                    ///< on one connection
    unsigned bad_commands = 10;                    ///< before login
    net::RelayLimits relay;
    std::vector<std::string> imap_capability = {"ENABLE",   "IDLE",     "NAMESPACE",   "UIDPLUS", "MOVE",
                                                "UNSELECT", "CHILDREN", "SPECIAL-USE", "ESEARCH"};
};
/// Keys of [frontend]; see deploy/config/mmp.toml.
FrontendConfig read_frontend_config(config::Section section);

class Frontend {
public:
    /// `tls` null: no STARTTLS.
    Frontend(FrontendConfig config, std::shared_ptr<net::TlsSource> tls, Gate& gate, const logging::Logger& log)
        : config_(std::move(config)), tls_(std::move(tls)), gate_(gate), log_(log) {}

    const FrontendConfig& config() const { return config_; }
    const logging::Logger& log() const { return log_; }
    Gate& gate() const { return gate_; }

    /// The client as common/auth sees it.
    auth::Peer peer(const Session& session) const;
    /// True when the session may give name and password outside of SASL as it is now.
    bool takes_passwords(const Session& session) const { return gate_.authenticator().takes_passwords(peer(session)); }
    bool offers_starttls(const Session& session) const {
        return tls_ && session.connection.starttls && !session.connection.wire.is_tls();
    }
    /// The handshake after STARTTLS or STLS; what the client sent before it must be discarded already.
    Task<Result<>> start_tls(Session& session) const;
    net::SteadyTime login_deadline(const Session& session) const { return session.began + config_.login_time; }
    net::SteadyTime write_deadline() const { return std::chrono::steady_clock::now() + config_.write_time; }

private:
    const FrontendConfig config_;
    const std::shared_ptr<net::TlsSource> tls_;
    Gate& gate_;
    const logging::Logger& log_;
};

}  // namespace helio::mmp
