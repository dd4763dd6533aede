#include "store/imapd/imap_service.h"

namespace helio::store::imapd {

ImapService::ImapService(MailStore& store, auth::Authenticator& authenticator, ldap::Directory* directory,
                         std::shared_ptr<net::TlsSource> tls, ImapConfig config, storage::SpoolBudget& spool,
                         const logging::Logger& log, base::Registry& registry, const base::Clock& clock)
    : config_(std::move(config)),
      metrics_(registry),
      services_{store, authenticator, directory, std::move(tls), config_, log, metrics_, clock, spool} {}

Task<> ImapService::serve(net::Connection connection) {
    ImapSession session(std::move(connection), services_);
    co_await session.run();
}

std::string_view ImapService::too_many() const { return "* BYE [UNAVAILABLE] Too many connections\r\n"; }

}  // namespace helio::store::imapd
