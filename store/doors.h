// Doors: the daemon's listeners and the session sets behind them, one set per protocol. Opened in main; at SIGTERM the
// listeners stop, then sessions may end by themselves for a while, then the rest is interrupted.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/net/listener.h"

namespace helio::store {

class Doors {
public:
    Doors(net::Runtime& runtime, const logging::Logger& log, base::Registry& metrics)
        : runtime_(runtime), log_(log), metrics_(metrics) {}

    /// Binds the listeners of one protocol. Throws base::StartupError.
    void add(const std::string& protocol, const std::vector<net::ListenerConfig>& listeners,
             std::shared_ptr<net::TlsSource> tls, net::SessionLimits limits, net::Service& service);
    /// Starts accepting at all of them.
    void open();
    /// Stops accepting, then drains for at most `patience`.
    Task<> close(std::chrono::milliseconds patience);
    /// From any thread.
    bool closing() const { return closing_; }

private:
    net::Runtime& runtime_;
    const logging::Logger& log_;
    base::Registry& metrics_;
    std::vector<std::unique_ptr<net::SessionSet>> sets_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
    std::atomic<bool> closing_ = false;
};

}  // namespace helio::store
