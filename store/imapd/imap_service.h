// ImapService: what a listener hands IMAP connections to. One per daemon, or one per set of rules.
#pragma once

#include "store/imapd/session.h"

namespace helio::store::imapd {

class ImapService final : public net::Service {
public:
    /// `directory` and `tls` may be null: no quotas for proxied users, no STARTTLS. `spool` is the daemon's. All must
    /// outlive the service.
    ImapService(MailStore& store, auth::Authenticator& authenticator, ldap::Directory* directory,
                std::shared_ptr<net::TlsSource> tls, ImapConfig config, storage::SpoolBudget& spool,
                const logging::Logger& log, base::Registry& registry, const base::Clock& clock = base::system_clock());

    Task<> serve(net::Connection connection) override;
    std::string_view too_many() const override;

private:
    ImapConfig config_;
    ImapMetrics metrics_;
    ImapServices services_;
};

}  // namespace helio::store::imapd
