// Config: all of helio-mmp's configuration file, read once and checked; each part gets its own slice.
// The commented sample is deploy/config/mmp.toml.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/auth/authenticator.h"
#include "common/daemon/daemon.h"
#include "common/dns/config.h"
#include "common/ldap/config.h"
#include "common/route/mailhosts.h"
#include "mmp/backend/stores.h"
#include "mmp/frontend.h"

namespace helio::mmp {

struct Config {
    daemon::CommonConfig common;
    std::vector<net::ListenerConfig> imap;  ///< [listeners.imap] and [listeners.imaps]
    std::vector<net::ListenerConfig> pop;   ///< [listeners.pop3] and [listeners.pop3s]
    std::optional<net::TlsConfig> tls;
    std::optional<net::TlsConfig> site_tls;
    ldap::Config ldap;
    auth::AuthConfig auth;
    dns::Config dns;
    FrontendConfig frontend;
    net::SessionLimits limits;
    StoresConfig stores;
    route::Mailhosts mailhosts;
};

/// Throws config::ConfigError naming file, line and remedy.
Config load_config(const std::string& path);
/// The same from an open document; for tests.
Config read_config(const config::Document& document);

}  // namespace helio::mmp
