// Stores: from a mailhost to a logged-in session at that store: endpoint, circuit, connect, TLS, proxy login, one
// retry. One per daemon, shared by all protocols; lives as long as the services.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/base/metrics.h"
#include "common/logging/logger.h"
#include "common/route/mailhosts_source.h"
#include "mmp/backend/health.h"
#include "mmp/backend/store_dialogue.h"

namespace helio::mmp {

struct StoresConfig {
    StoreTls tls = StoreTls::starttls;
    ProxyIdentity identity;
    std::chrono::milliseconds connect_timeout{5'000};  ///< TCP and implicit TLS
    std::chrono::milliseconds login_timeout{15'000};   ///< greeting to tagged answer
    std::chrono::milliseconds retry_pause{100};
    HealthConfig health;
};
/// Keys of [stores]: tls, login, user, password_file, connect_timeout, login_timeout, failures, open_for.
StoresConfig read_stores_config(config::Section section);

struct StoreSession {
    std::unique_ptr<net::Wire> wire;  ///< set when the verdict is a welcome
    StoreVerdict verdict;
};

class Stores {
public:
    Stores(StoresConfig config, route::MailhostsSource& mailhosts, Dialer& dialer,
           std::shared_ptr<net::TlsSource> site_tls, const logging::Logger& log, base::Registry& metrics,
           const base::Clock& clock = base::system_clock());

    /// Opens a session for `passenger` at `mailhost`. A store that refuses the user is a value, one that can't be
    /// reached or doesn't behave an error: errc, net::errc.
    Task<Result<StoreSession>> enter(std::string mailhost, Passenger passenger, const StoreDialogue& dialogue);

private:
    Task<Result<StoreSession>> try_once(route::Target target, Passenger passenger, const StoreDialogue& dialogue);
    void judge(const std::string& endpoint, const std::string& mailhost, const Result<StoreSession>& outcome);
    void count_failure(const std::string& mailhost);

    const StoresConfig config_;
    route::MailhostsSource& mailhosts_;
    Dialer& dialer_;
    const std::shared_ptr<net::TlsSource> site_tls_;
    const logging::Logger& log_;
    base::Registry& metrics_;
    Health health_;
    base::Gauge& open_circuits_;
    base::Histogram& connect_seconds_;
    base::Histogram& login_seconds_;
};

}  // namespace helio::mmp
