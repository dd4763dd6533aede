// ConnectionPool: a fixed number of connections kept open to whichever server answers, and the requests that wait for
// one. One keeper task per connection opens it (on a net::Pool thread: connect and TLS block), runs it, and opens the
// next after a pause that grows with failures. While no server can be reached, requests fail at once and do not wait.
// While a server serves that is not the first of the list, the earlier ones are tried from time to time, and
// connections go back to them one by one, without a request that notices.
// One pool is for searches (many at once per connection), another for password binds (one at a time: a bind changes the
// connection's identity). Not thread-safe but for not_ready(): lives on the directory's worker.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "common/base/metrics.h"
#include "common/ldap/connection.h"
#include "common/ldap/server_list.h"
#include "common/logging/logger.h"

namespace helio::ldap {

class ConnectionPool {
public:
    struct Shape {
        std::string name;  ///< for logs and metrics: "search", "bind"
        unsigned connections = 1;
        std::size_t most_in_flight = 1;  ///< requests at once on one connection
        std::size_t most_waiting = 10'000;
    };
    ConnectionPool(net::Worker& worker, net::Pool& openers, const Config& config, Shape shape,
                   const logging::Logger& log, base::Registry& metrics);
    ~ConnectionPool();
    ConnectionPool(const ConnectionPool&) = delete;
    ConnectionPool& operator=(const ConnectionPool&) = delete;

    /// Starts the keepers.
    void start();
    /// Ends all connections and fails what waits; `stopped` is called when the last keeper has ended.
    void stop(std::function<void()> stopped);

    /// As Connection's, on the least busy one; tried once more on another when a connection is lost meanwhile, or when
    /// there are several servers and half of the time is over without an answer.
    /// Errors: unavailable and overloaded besides.
    Task<Result<std::vector<Entry>>> search(SearchRequest request, SteadyTime deadline);
    Task<Result<int>> bind(std::string dn, base::Secret password, SteadyTime deadline);

    /// Empty while a connection is open, else the last failure. Any thread.
    std::string not_ready() const;

private:
    using ConnectionPtr = std::shared_ptr<Connection>;
    struct Opened {
        Result<Handle> handle;
        std::vector<std::size_t> failed;  ///< servers tried before
        std::size_t server = 0;
    };
    class Lease;

    Task<> keep();
    /// `before`: only servers that stand before this one in the list.
    Task<Opened> open(std::size_t before);
    Task<Opened> next_handle();
    Task<> come_home();
    Task<bool> bring_one_home();
    Task<> pause(milliseconds time);
    Task<> serve(Handle handle, std::size_t server);
    Task<Result<ConnectionPtr>> acquire(SteadyTime deadline);
    ConnectionPtr least_busy() const;
    SteadyTime limit_of_attempt(bool again, SteadyTime deadline) const;
    bool worth_another(const Error& error, const Connection& connection, SteadyTime asked_at);
    void wake_waiting();
    void note_failure(const Error& error);
    void set_state(std::string not_ready);

    net::Worker& worker_;
    net::Pool& openers_;
    const Config& config_;
    const Shape shape_;
    const logging::Logger& log_;
    base::Counter& opened_;
    base::Counter& open_failures_;
    base::Gauge& open_;
    ServerList servers_;
    std::vector<ConnectionPtr> connections_;
    std::list<Opened> homeward_;  // opened to a better server, for the keeper of a retired connection
    std::list<base::Event*> waiting_;
    std::list<base::Event*> pausing_;
    unsigned failures_in_a_row_ = 0;
    bool down_ = false;
    std::atomic<bool> stopping_ = false;  // read by the openers too
    unsigned keepers_ = 0;
    std::function<void()> stopped_;
    mutable std::mutex state_lock_;
    std::string not_ready_ = "not connected yet";
};

}  // namespace helio::ldap
