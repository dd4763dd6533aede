// ClientConfig: what the store's services for users have in common: who may send passwords, which front ends are
// believed, how long clients may take. Base of ImapConfig and PopConfig; const after start.
// peer_of(): a connection as common/auth sees it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/auth/peer.h"
#include "common/config/document.h"
#include "common/net/address.h"
#include "common/net/listener.h"

namespace helio::store {

struct ClientConfig {
    /// Clients from these networks may send passwords without TLS.
    std::vector<net::Network> plaintext_from;
    /// Names in client certificates (lower case) of front ends that may log in as any user.
    std::vector<std::string> proxy_names;
    /// Front ends whose word (IMAP ID, XCLIENT) on the client's address and session id is believed; listed certificates
    /// are as well.
    std::vector<net::Network> told_from;
    /// Bare name of this store; users of another mailhost are sent away. Empty: everybody is served.
    std::string mailhost;
    std::chrono::milliseconds login_timeout{3 * 60'000};  ///< from the connection to a login
    std::chrono::milliseconds idle_timeout{30 * 60'000};  ///< autologout
    std::chrono::milliseconds write_timeout{5 * 60'000};  ///< a client that takes no bytes for so long is gone
    unsigned bad_commands = 20;                           ///< errors and failed logins; one more ends the session
};

/// Keys: plaintext_from, proxies, mailhost, login_timeout, idle_timeout, write_timeout, bad_commands, and `told_key`
/// for told_from.
void read_client_config(config::Section& section, std::string_view told_key, ClientConfig& into);

/// `service` is "imap" or "pop3".
auth::Peer peer_of(const net::Connection& connection, const ClientConfig& config, std::string service);
/// True when the peer is a front end whose word on the client is believed.
bool is_believed(const net::Connection& connection, const ClientConfig& config);

}  // namespace helio::store
