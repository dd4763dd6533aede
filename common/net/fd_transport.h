// FdTransport: a connected, non-blocking TCP socket as a Transport. TCP_NODELAY is on.
#pragma once

#include <sys/socket.h>

#include "common/net/fd_waiter.h"
#include "common/net/transport.h"

namespace helio::net {

class FdTransport final : public Transport {
public:
    /// Takes the descriptor over.
    FdTransport(Worker& worker, int fd, Endpoint peer, Endpoint local);

    IoStep try_read(std::span<char> into) override;
    bool is_drained() override;
    IoStep try_write(std::string_view bytes) override;
    Task<bool> wait(Worker::Readiness readiness, SteadyTime deadline) override;
    void interrupt() override { waiter_.interrupt(); }
    void nudge() override { waiter_.nudge(); }
    void shutdown_write() override;
    const Endpoint& peer() const override { return peer_; }
    const Endpoint& local() const override { return local_; }
    const TlsInfo* tls() const override { return nullptr; }
    int fd() const { return waiter_.fd(); }

private:
    FdWaiter waiter_;
    bool drained_ = false;
    Endpoint peer_;
    Endpoint local_;
};

/// Between our endpoints and the kernel's addresses; for common/net only.
socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& into);
Endpoint from_sockaddr(const sockaddr_storage& address);
Endpoint local_endpoint(int fd);

}  // namespace helio::net
