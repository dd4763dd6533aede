// ClientPools: connections that are kept for the next message, per worker (a connection can't change its thread) and
// per peer. Bounded in number, age and messages; used for stores (every message) and mail exchangers (bursts).
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "mta/deliver/client.h"

namespace helio::mta {

struct PoolLimits {
    std::size_t idle_per_peer = 20;          ///< of one worker
    std::size_t idle_total = 200;            ///< of one worker
    std::chrono::milliseconds idle{20'000};  ///< shorter than what peers wait for a command
    unsigned messages = 1000;                ///< then the connection is given up
};

class ClientPools {
public:
    explicit ClientPools(PoolLimits limits) : limits_(limits) {}

    /// An idle connection to `peer` of this worker, or nothing. Give it back.
    std::unique_ptr<Client> take(const std::string& peer);
    /// Makes a new connection known, so that close() can interrupt it. Give it back.
    void adopt(Client& client);
    /// Keeps the connection when it is usable and there is room, else says QUIT and closes it.
    void give_back(const std::string& peer, std::unique_ptr<Client> client);
    /// Closes what has been idle for too long, each on its own worker; so that a peer that shuts down waits for nobody.
    void sweep();
    /// Closes the idle connections and interrupts those in use, each on its own worker; nothing is kept from now on.
    Task<> close();

private:
    struct Idle {
        std::unique_ptr<Client> client;
        net::SteadyTime since;
    };
    struct Pool {
        std::map<std::string, std::vector<Idle>, std::less<>> idle;
        std::size_t size = 0;
        std::set<Client*> active;
    };
    Pool& here();
    void drop_old(Pool& pool) const;

    const PoolLimits limits_;
    std::mutex lock_;  // guards the map; a pool belongs to its worker
    std::map<net::Worker*, std::unique_ptr<Pool>> pools_;
    std::atomic<bool> closed_ = false;
};

}  // namespace helio::mta
