// LmtpService: what a listener hands LMTP connections to. One per daemon.
#pragma once

#include "store/lmtpd/lmtp_session.h"

namespace helio::store::lmtp {

class LmtpService final : public net::Service {
public:
    /// `tls` may be null: no STARTTLS; it should ask for client certificates. `spool` is the daemon's. All must outlive
    /// the service. `quotas` may be null: then the relay's word holds.
    LmtpService(MailStore& store, DirectoryAccounts* quotas, std::shared_ptr<net::TlsSource> tls, LmtpConfig config,
                storage::SpoolBudget& spool, const logging::Logger& log, base::Registry& registry,
                const base::Clock& clock = base::system_clock());

    Task<> serve(net::Connection connection) override;
    std::string_view too_many() const override { return "421 4.3.2 too many connections, try again later\r\n"; }

private:
    const LmtpConfig config_;
    LmtpMetrics metrics_;
    const std::shared_ptr<net::TlsSource> tls_;
    const LmtpServices services_;
};

}  // namespace helio::store::lmtp
