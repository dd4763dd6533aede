#include "store/lmtpd/lmtp_service.h"

namespace helio::store::lmtp {

LmtpService::LmtpService(MailStore& store, DirectoryAccounts* quotas, std::shared_ptr<net::TlsSource> tls,
                         LmtpConfig config, storage::SpoolBudget& spool, const logging::Logger& log,
                         base::Registry& registry, const base::Clock& clock)
    : config_(std::move(config)),
      metrics_(registry),
      tls_(std::move(tls)),
      services_{store, config_, spool, tls_.get(), log, metrics_, clock, quotas} {}

Task<> LmtpService::serve(net::Connection connection) {
    LmtpSession session(std::move(connection), services_);
    co_await session.run();
}

}  // namespace helio::store::lmtp
