// AdminServer: the daemon's own HTTP port: GET /healthz (the process serves), /readyz (it can do its work now) and
// /metrics (Prometheus). Listens on loopback by default; says nothing secret.
#pragma once

#include "common/net/listener.h"

namespace helio::net {

class AdminServer {
public:
    /// `ready` answers empty when the daemon can do its work, else the reason ("directory unreachable"); any thread.
    AdminServer(Runtime& runtime, Endpoint endpoint, const base::Registry& metrics, std::function<std::string()> ready,
                const logging::Logger& log);
    ~AdminServer();
    const Endpoint& endpoint() const;
    void start();
    Task<> stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace helio::net
