#include "store/doors.h"

namespace helio::store {

void Doors::add(const std::string& protocol, const std::vector<net::ListenerConfig>& listeners,
                std::shared_ptr<net::TlsSource> tls, net::SessionLimits limits, net::Service& service) {
    auto& gauge = metrics_.gauge("helio_store_sessions", "Sessions now", "protocol=\"" + protocol + "\"");
    sets_.push_back(std::make_unique<net::SessionSet>(limits, &gauge));
    for (const auto& config : listeners) {
        listeners_.push_back(
            std::make_unique<net::Listener>(runtime_, config, tls, service, *sets_.back(), log_, metrics_));
        log_.info("net.listening",
                  {{"listener", config.name}, {"endpoint", listeners_.back()->endpoint().to_string()}});
    }
}

void Doors::open() {
    for (auto& listener : listeners_) listener->start();
}

Task<> Doors::close(std::chrono::milliseconds patience) {
    closing_ = true;
    for (auto& listener : listeners_) co_await listener->stop();
    for (auto& set : sets_) set->close();
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (auto& set : sets_) co_await set->drain(deadline);
}

}  // namespace helio::store
