// ServerList: in which order the configured servers are tried. A server that failed rests, longer each time, and is
// tried last meanwhile; one that answered is as good as new. Not thread-safe: lives on the directory's thread.
#pragma once

#include <cstddef>
#include <vector>

#include "common/base/clock.h"

namespace helio::ldap {

class ServerList {
public:
    explicit ServerList(std::size_t servers) : servers_(servers) {}

    /// Indexes of all servers: the healthy ones as configured, then the resting ones, the soonest to end its rest
    /// first.
    std::vector<std::size_t> order(base::SteadyTime now) const;
    void failed(std::size_t server, base::SteadyTime now);
    void answered(std::size_t server);

private:
    struct Server {
        unsigned failures = 0;
        base::SteadyTime rests_until{};
    };
    std::vector<Server> servers_;
};

/// `first` doubled with each failure after the first, `most` at most.
std::chrono::milliseconds back_off(unsigned failures, std::chrono::milliseconds first, std::chrono::milliseconds most);

}  // namespace helio::ldap
