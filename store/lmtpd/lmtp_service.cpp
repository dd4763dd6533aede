#include "store/lmtpd/lmtp_service.h"

namespace helio::store::lmtp {

LmtpService::LmtpService(MailStore& store, ldap::Directory* directory, std::shared_ptr<net::TlsSource> tls,
                         LmtpConfig config, const logging::Logger& log, base::Registry& registry,
                         const base::Clock& clock)
    : config_(std::move(config)),
      spool_({config_.spool_folder, config_.text_memory_bytes, config_.all_memory_bytes, config_.all_file_bytes}),
      metrics_(registry),
      tls_(std::move(tls)),
      quotas_(directory, {}, clock),
      services_{store, config_, spool_, tls_.get(), log, metrics_, clock, quotas_} {
    registry.gauge_of("helio_lmtp_text_memory_bytes", "Message texts that are being received, in memory",
                      [this] { return static_cast<std::int64_t>(spool_.memory_bytes()); });
    registry.gauge_of("helio_lmtp_text_file_bytes", "Message texts that are being received, in files",
                      [this] { return static_cast<std::int64_t>(spool_.file_bytes()); });
}

Task<> LmtpService::serve(net::Connection connection) {
    LmtpSession session(std::move(connection), services_);
    co_await session.run();
}

}  // namespace helio::store::lmtp
