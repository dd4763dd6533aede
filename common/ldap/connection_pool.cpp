#include "common/ldap/connection_pool.h"

#include <algorithm>

#include "common/base/completion.h"
#include "common/ldap/errc.h"

namespace helio::ldap {
namespace {

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{2'000};
constexpr milliseconds short_life{1'000};  ///< a connection that ends sooner counts as a failure to open one

SteadyTime now() { return std::chrono::steady_clock::now(); }

std::string labels_of(std::string_view pool) { return "pool=\"" + std::string(pool) + "\""; }

}  // namespace

// A request's place on a connection; hands it to the next that waits.
class ConnectionPool::Lease {
public:
    Lease(ConnectionPool& pool, ConnectionPtr connection) : pool_(pool), connection_(std::move(connection)) {
        connection_->enter();
    }
    ~Lease() {
        connection_->leave();
        pool_.wake_waiting();
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

private:
    ConnectionPool& pool_;
    ConnectionPtr connection_;
};

ConnectionPool::ConnectionPool(net::Worker& worker, net::Pool& openers, const Config& config, Shape shape,
                               const logging::Logger& log, base::Registry& metrics)
    : worker_(worker),
      openers_(openers),
      config_(config),
      shape_(std::move(shape)),
      log_(log),
      opened_(metrics.counter("helio_ldap_connections_opened_total", "Connections made to directory servers",
                              labels_of(shape_.name))),
      open_failures_(metrics.counter("helio_ldap_connection_failures_total",
                                     "Connections to directory servers that could not be made",
                                     labels_of(shape_.name))),
      open_(metrics.gauge("helio_ldap_connections", "Connections open to directory servers", labels_of(shape_.name))),
      servers_(config.urls.size()) {}

ConnectionPool::~ConnectionPool() = default;

void ConnectionPool::start() {
    const auto run = [this](Task<> task) {
        ++keepers_;
        base::start(std::move(task), [this](std::exception_ptr failure) {
            if (failure) std::terminate();  // a bug of ours: keepers don't throw
            --keepers_;
            if (keepers_ == 0 && stopped_) stopped_();
        });
    };
    for (unsigned i = 0; i < shape_.connections; ++i) run(keep());
    if (config_.urls.size() > 1 && config_.return_after > milliseconds(0)) run(come_home());
}

void ConnectionPool::stop(std::function<void()> stopped) {
    stopping_ = true;
    down_ = true;
    if (keepers_ == 0) return stopped();
    stopped_ = std::move(stopped);
    const auto open = connections_;
    for (const auto& connection : open) connection->close();
    const auto pausing = pausing_;
    for (auto* event : pausing) event->notify();
    wake_waiting();
}

Task<> ConnectionPool::keep() {
    while (!stopping_) {
        auto opened = co_await next_handle();
        for (const auto server : opened.failed) servers_.failed(server, now());
        const auto began = now();
        if (opened.handle) {
            servers_.answered(opened.server);
            co_await serve(std::move(*opened.handle), opened.server);
            if (now() - began >= short_life) continue;
            ++failures_in_a_row_;
        } else {
            note_failure(opened.handle.error());
        }
        if (stopping_) break;
        if (homeward_.empty()) co_await pause(back_off(failures_in_a_row_, first_pause, longest_pause));
    }
}

/// Ends early when the pool stops.
Task<> ConnectionPool::pause(milliseconds time) {
    base::Event stop;
    const auto place = pausing_.insert(pausing_.end(), &stop);
    co_await worker_.wait(stop, now() + time);
    pausing_.erase(place);
}

Task<ConnectionPool::Opened> ConnectionPool::next_handle() {
    if (!homeward_.empty()) {
        auto ready = std::move(homeward_.front());
        homeward_.pop_front();
        co_return ready;
    }
    auto opened = co_await open(config_.urls.size());
    co_return opened;
}

Task<> ConnectionPool::come_home() {
    while (!stopping_) {
        co_await pause(config_.return_after);
        bool more = !stopping_;
        while (more) more = co_await bring_one_home();
    }
}

/// True when a connection has gone to a better server, so that another may follow.
Task<bool> ConnectionPool::bring_one_home() {
    const auto away = std::ranges::find_if(
        connections_, [](const ConnectionPtr& it) { return it->server() > 0 && it->alive() && !it->retiring(); });
    if (stopping_ || away == connections_.end()) co_return false;
    const auto connection = *away;
    auto opened = co_await open(connection->server());
    for (const auto server : opened.failed) servers_.failed(server, now());
    if (!opened.handle || stopping_) co_return false;
    log_.info("ldap.returns", {{"pool", shape_.name}, {"server", config_.urls[opened.server]}});
    homeward_.push_back(std::move(opened));
    connection->retire();
    co_return true;
}

Task<ConnectionPool::Opened> ConnectionPool::open(std::size_t before) {
    base::Completion<Opened> done(worker_);
    auto wanted = servers_.order(now());
    std::erase_if(wanted, [before](std::size_t server) { return server >= before; });
    openers_.post([this, &done, order = std::move(wanted)] {
        // Half of the time limit each, so that a request can outlive one dead server.
        const auto limit = std::max<milliseconds>(config_.timeout / 2, milliseconds(50));
        Opened opened{fail(errc::unavailable), {}, 0};
        for (const auto server : order) {
            if (stopping_) break;
            opened.handle = open_handle(config_, config_.urls[server], limit);
            opened.server = server;
            if (opened.handle) break;
            opened.failed.push_back(server);
        }
        done.set(std::move(opened));
    });
    auto opened = co_await done;
    co_return std::move(opened);
}

Task<> ConnectionPool::serve(Handle handle, std::size_t server) {
    auto connection = std::make_shared<Connection>(worker_, std::move(handle), server);
    if (stopping_) co_return;
    connections_.push_back(connection);
    opened_.add();
    open_.add(1);
    if (connections_.size() == 1)
        log_.info("ldap.connected", {{"pool", shape_.name}, {"server", config_.urls[server]}});
    down_ = false;
    failures_in_a_row_ = 0;
    set_state({});
    wake_waiting();
    co_await connection->run();
    std::erase(connections_, connection);
    open_.add(-1);
    if (connections_.empty() && !stopping_) {
        log_.warning("ldap.disconnected", {{"pool", shape_.name}, {"server", config_.urls[server]}});
        set_state("connection to " + config_.urls[server] + " lost");
    }
}

void ConnectionPool::note_failure(const Error& error) {
    open_failures_.add();
    ++failures_in_a_row_;
    if (!connections_.empty()) return;
    if (!down_) log_.warning("ldap.unreachable", {{"pool", shape_.name}, {"reason", to_string(error)}});
    down_ = true;
    set_state(to_string(error));
    wake_waiting();
}

void ConnectionPool::set_state(std::string not_ready) {
    const std::lock_guard lock(state_lock_);
    not_ready_ = std::move(not_ready);
}

std::string ConnectionPool::not_ready() const {
    const std::lock_guard lock(state_lock_);
    return not_ready_;
}

ConnectionPool::ConnectionPtr ConnectionPool::least_busy() const {
    ConnectionPtr best;
    for (const auto& connection : connections_) {
        if (!connection->alive() || connection->retiring() || connection->in_flight() >= shape_.most_in_flight)
            continue;
        if (!best || connection->in_flight() < best->in_flight()) best = connection;
    }
    return best;
}

// In the order of arrival, as many as there are places; all of them when there is nothing to wait for.
void ConnectionPool::wake_waiting() {
    while (!waiting_.empty() && (down_ || least_busy())) {
        auto* const next = waiting_.front();
        waiting_.pop_front();
        next->notify();
    }
}

Task<Result<ConnectionPool::ConnectionPtr>> ConnectionPool::acquire(SteadyTime deadline) {
    auto connection = least_busy();
    while (!connection) {
        if (down_) co_return fail(errc::unavailable, not_ready());
        if (waiting_.size() >= shape_.most_waiting) co_return fail(errc::overloaded);
        base::Event turn;
        waiting_.push_back(&turn);
        const bool woken = co_await worker_.wait(turn, deadline);
        if (!woken) {
            waiting_.remove(&turn);
            co_return fail(errc::timed_out, "no connection free");
        }
        connection = least_busy();
    }
    co_return connection;
}

SteadyTime ConnectionPool::limit_of_attempt(bool again, SteadyTime deadline) const {
    return again || config_.urls.size() == 1 ? deadline : now() + (deadline - now()) / 2;
}

// A server that was silent for a whole attempt is out: its other connections would each cost somebody that time too.
bool ConnectionPool::worth_another(const Error& error, const Connection& used, SteadyTime asked_at) {
    if (error.code != errc::timed_out) return error.code == errc::connection_lost;
    if (used.last_heard() < asked_at) {
        servers_.failed(used.server(), now());
        const auto open = connections_;
        for (const auto& other : open)
            if (other->server() == used.server() && other->last_heard() < asked_at) other->close();
    }
    return true;
}

Task<Result<std::vector<Entry>>> ConnectionPool::search(SearchRequest request, SteadyTime deadline) {
    for (bool again = false;; again = true) {
        auto connection = co_await acquire(deadline);
        if (!connection) co_return fail(std::move(connection.error()));
        const Lease lease(*this, *connection);
        const auto asked_at = now();
        auto entries = co_await (*connection)->search(request, limit_of_attempt(again, deadline));
        if (entries) co_return std::move(entries);
        const bool retry = worth_another(entries.error(), **connection, asked_at);
        if (again || !retry || now() >= deadline) co_return std::move(entries);
    }
}

Task<Result<int>> ConnectionPool::bind(std::string dn, base::Secret password, SteadyTime deadline) {
    for (bool again = false;; again = true) {
        auto connection = co_await acquire(deadline);
        if (!connection) co_return fail(std::move(connection.error()));
        const Lease lease(*this, *connection);
        const auto asked_at = now();
        auto code = co_await (*connection)->bind(dn, password, limit_of_attempt(again, deadline));
        if (code) co_return code;
        const bool retry = worth_another(code.error(), **connection, asked_at);
        if (again || !retry || now() >= deadline) co_return code;
    }
}

}  // namespace helio::ldap
