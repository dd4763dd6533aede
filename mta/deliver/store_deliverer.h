// StoreDeliverer: LMTP to the store that a mailhost names, over mutual TLS, on connections that are kept (DESIGN §6).
// The delivery id goes with each recipient (XDELIVERY), so that repeating after a lost reply stores nothing twice.
#pragma once

#include "common/logging/logger.h"
#include "common/net/tls.h"
#include "common/route/mailhosts_source.h"
#include "mta/deliver/client_pool.h"
#include "mta/deliver/connector.h"
#include "mta/deliver/deliverer.h"
#include "mta/deliver/destinations.h"

namespace helio::mta {

enum class StoreTls {
    implicit,  ///< from the first byte
    starttls,
    none,  ///< a private data network (DESIGN §6)
};

struct StoreSettings {
    std::string hostname;
    StoreTls tls = StoreTls::starttls;
    ClientTimeouts timeouts;
};

class StoreDeliverer final : public Deliverer {
public:
    /// `tls` may be null with StoreTls::none only.
    StoreDeliverer(StoreSettings settings, Connector& connector, route::MailhostsSource& mailhosts,
                   std::shared_ptr<net::TlsSource> tls, ClientPools& pools, Destinations& destinations,
                   const logging::Logger& log)
        : settings_(std::move(settings)),
          connector_(connector),
          mailhosts_(mailhosts),
          tls_(std::move(tls)),
          pools_(pools),
          destinations_(destinations),
          log_(log) {}

    Task<std::vector<Outcome>> deliver(std::shared_ptr<const Message> message, Destination destination,
                                       std::vector<std::size_t> which, base::SteadyTime until) override;

private:
    using Connected = std::expected<std::unique_ptr<Client>, smtp::Reply>;
    Task<Connected> connect(route::Target target, net::SteadyTime until);
    Task<Client::Step> secure(Client& client, const route::Target& target, net::SteadyTime until);

    const StoreSettings settings_;
    Connector& connector_;
    route::MailhostsSource& mailhosts_;
    std::shared_ptr<net::TlsSource> tls_;
    ClientPools& pools_;
    Destinations& destinations_;
    const logging::Logger& log_;
};

}  // namespace helio::mta
