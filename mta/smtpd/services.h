// Services: what sessions need of the rest of the relay; built in main, outlives them all.
// SmtpdMetrics: the counters of one relay's sessions.
#pragma once

#include "common/auth/authenticator.h"
#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/ldap/directory.h"
#include "common/logging/logger.h"
#include "common/net/tls.h"
#include "common/storage/spool_budget.h"
#include "mta/acceptor.h"
#include "mta/route/router.h"
#include "mta/smtpd/settings.h"

namespace helio::mta {

struct SmtpdMetrics {
    explicit SmtpdMetrics(base::Registry& registry);
    base::Counter& sessions;
    base::Counter& messages_accepted;
    base::Counter& messages_refused;
    base::Counter& messages_deferred;
    base::Counter& bytes_accepted;
    base::Counter& recipients_refused;
    base::Counter& auth_failures;
};

struct SmtpdServices {
    const SmtpdSettings& settings;
    ldap::Directory& directory;
    Router& router;
    Acceptor& acceptor;
    storage::SpoolBudget& spool;
    auth::Authenticator* authenticator = nullptr;  ///< submission only
    std::shared_ptr<net::TlsSource> tls;           ///< nothing: no STARTTLS
    SmtpdMetrics& metrics;
    const logging::Logger& log;
    const base::Clock& clock;
};

}  // namespace helio::mta
