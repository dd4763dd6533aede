// Dialer: opens the byte stream to a store. The real one connects by TCP and, where TLS is implicit, completes it;
// tests hand out memory streams.
#pragma once

#include <memory>

#include "common/net/tls.h"
#include "common/net/transport.h"
#include "common/route/mailhosts.h"

namespace helio::mmp {

enum class StoreTls {
    starttls,  ///< STARTTLS or STLS before the proxy login; without it no login
    implicit,  ///< TLS from the first byte: saves two round trips
    none,      ///< for a private data network only
};

class Dialer {
public:
    virtual ~Dialer() = default;
    /// Errors: those of net::connect() and net::tls_connect().
    virtual Task<Result<std::unique_ptr<net::Transport>>> dial(route::Target target, net::SteadyTime deadline) = 0;
};

class StoreDialer final : public Dialer {
public:
    StoreDialer(StoreTls mode, std::shared_ptr<net::TlsSource> site_tls)
        : mode_(mode), site_tls_(std::move(site_tls)) {}
    Task<Result<std::unique_ptr<net::Transport>>> dial(route::Target target, net::SteadyTime deadline) override;

private:
    const StoreTls mode_;
    const std::shared_ptr<net::TlsSource> site_tls_;
};

}  // namespace helio::mmp
