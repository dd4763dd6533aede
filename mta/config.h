// Config: the TOML file of helio-mta-inbound and helio-mta-outbound, read once into values that each part takes its
// slice of. Both daemons have the same keys; the role sets some defaults. Samples with every key explained:
// deploy/config/mta-inbound.toml and mta-outbound.toml.
#pragma once

#include "common/auth/authenticator.h"
#include "common/daemon/daemon.h"
#include "common/dns/config.h"
#include "common/ldap/config.h"
#include "common/net/tls.h"
#include "common/route/mailhosts.h"
#include "common/storage/spool_budget.h"
#include "mta/cut_through.h"
#include "mta/deliver/client_pool.h"
#include "mta/deliver/remote_deliverer.h"
#include "mta/deliver/store_deliverer.h"
#include "mta/queue/queue.h"
#include "mta/queue/scheduler.h"
#include "mta/route/router.h"
#include "mta/smtpd/settings.h"

namespace helio::mta {

struct Config {
    daemon::CommonConfig common;
    std::vector<net::ListenerConfig> listeners;
    std::optional<net::TlsConfig> tls;       ///< towards clients; nothing: no TLS
    std::optional<net::TlsConfig> site_tls;  ///< towards the stores; nothing with StoreTls::none
    SmtpdSettings smtpd;
    net::SessionLimits sessions;
    storage::SpoolLimits spool;
    RouterSettings router;
    auth::AuthConfig auth;
    ldap::Config ldap;
    dns::Config dns;
    route::Mailhosts mailhosts;
    CutThroughSettings cut_through;
    StoreSettings store;
    RemoteSettings remote;
    PoolLimits pools;
    DestinationLimits destinations;
    storage::Options queue_storage;
    QueueSettings queue;
    SchedulerSettings scheduler;
    BounceSettings bounces;
};

/// Throws config::ConfigError naming file and line.
Config read_config(const config::Document& document, Role role);

}  // namespace helio::mta
