#include "store/popd/pop_service.h"

namespace helio::store {
namespace {

constexpr std::size_t most_remembered_logins = 1'000'000;

}  // namespace

PopService::PopService(MailStore& store, auth::Authenticator& authenticator, std::shared_ptr<net::TlsSource> tls,
                       PopConfig config, const logging::Logger& log, base::Registry& registry, const base::Clock& clock)
    : config_(std::move(config)),
      metrics_(registry),
      intervals_(config_.login_delay, most_remembered_logins, clock),
      services_{store, authenticator, std::move(tls), config_, log, metrics_, locks_, intervals_, clock} {}

Task<> PopService::serve(net::Connection connection) {
    PopSession session(std::move(connection), services_);
    co_await session.run();
}

}  // namespace helio::store
