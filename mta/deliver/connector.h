// Connector: how a client reaches a host; the seam where tests put memory in place of TCP.
#pragma once

#include <memory>

#include "common/net/transport.h"

namespace helio::mta {

class Connector {
public:
    virtual ~Connector() = default;
    virtual Task<Result<std::unique_ptr<net::Transport>>> connect(net::HostPort host, net::SteadyTime deadline) = 0;
};

class TcpConnector final : public Connector {
public:
    Task<Result<std::unique_ptr<net::Transport>>> connect(net::HostPort host, net::SteadyTime deadline) override {
        return net::connect(std::move(host), deadline);
    }
};

}  // namespace helio::mta
