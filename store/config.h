// Config of helio-store: the whole file as values, read strictly once; each part gets its slice (STYLE S4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/auth/authenticator.h"
#include "common/daemon/daemon.h"
#include "common/dns/config.h"
#include "common/ldap/config.h"
#include "common/net/listener.h"
#include "common/storage/spool_budget.h"
#include "store/imapd/imap_config.h"
#include "store/lmtpd/lmtp_config.h"
#include "store/mailbox/store_config.h"
#include "store/popd/pop_config.h"
#include "store/rpc/rpc_config.h"

namespace helio::store {

/// What is received is in memory up to 1 MiB each and 256 MiB together, then in 4 GiB of files.
inline const storage::SpoolLimits default_spool = {
    .folder = {}, .message_memory_bytes = 1 << 20, .memory_bytes = 256u << 20, .file_bytes = 4ull << 30};

struct Config {
    daemon::CommonConfig common;
    StoreConfig store;
    std::vector<net::ListenerConfig> lmtp_listeners;
    std::vector<net::ListenerConfig> imap_listeners;
    std::vector<net::ListenerConfig> pop_listeners;
    std::optional<net::TlsConfig> tls;       ///< towards users, and front ends on the same ports
    std::optional<net::TlsConfig> site_tls;  ///< towards relays: a client certificate is required
    ldap::Config ldap;
    auth::AuthConfig auth;
    dns::Config dns;
    lmtp::LmtpConfig lmtp;
    imapd::ImapConfig imap;
    storage::SpoolLimits spool = default_spool;  ///< of messages that LMTP and APPEND receive, together
    PopConfig pop;
    std::optional<RpcConfig> rpc;  ///< nothing: no gRPC
    net::SessionLimits sessions;   ///< of each protocol
};

/// Throws config::ConfigError with file, line and remedy.
Config load_config(const std::string& path);
Config read_config(const config::Document& document);

}  // namespace helio::store
