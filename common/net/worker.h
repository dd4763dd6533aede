// Worker: one thread with one event loop; sessions live and die on it. Runtime owns the workers and the signals.
// The only place that knows Asio's io_context; protocol code sees this header alone.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "common/base/clock.h"
#include "common/base/event.h"
#include "common/base/executor.h"
#include "common/base/task.h"

namespace helio::net {

using base::SteadyTime;
using std::chrono::milliseconds;

/// No deadline.
inline constexpr SteadyTime never = SteadyTime::max();

class Worker final : public base::Executor {
public:
    Worker();
    ~Worker() override;

    void post(std::move_only_function<void()> work) override;

    /// The worker whose thread this is.
    static Worker& current() { return static_cast<Worker&>(base::Executor::current()); }

    /// Resumes after `duration`.
    Task<> sleep_for(milliseconds duration);
    /// Waits for `event`; false when `deadline` passed first.
    Task<bool> wait(base::Event& event, SteadyTime deadline);

    enum class Readiness { readable, writable };
    /// Waits until the descriptor is ready (or in error); false when `deadline` passed first.
    /// One wait per direction at a time. For foreign descriptors (libldap, libunbound); sockets are Transports.
    Task<bool> wait_fd(int fd, Readiness readiness, SteadyTime deadline);

    /// Runs the loop on this thread until stop(). Called by Runtime, and by tests.
    void run();
    /// Runs `task` on this thread to its end; for tests, tools and start-up. Rethrows what it throws.
    void run_until_done(Task<> task);
    void stop();
    /// Runs what can run now, without waiting; this thread stays the worker's from then on. For tests.
    void run_ready();

    struct Impl;
    Impl& impl() { return *impl_; }  ///< for common/net only

private:
    std::unique_ptr<Impl> impl_;
};

/// Threads for plain functions that block, so that no event loop does; results come back by a Completion or post().
class Pool {
public:
    /// The destructor waits for what was posted.
    explicit Pool(unsigned threads);
    ~Pool();
    void post(std::move_only_function<void()> work);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

class Runtime {
public:
    /// Starts `threads` workers; ignores SIGPIPE.
    explicit Runtime(unsigned threads);
    ~Runtime();

    Worker& worker(std::size_t index) { return *workers_[index]; }
    std::size_t size() const { return workers_.size(); }
    /// Round robin over the workers; from any thread.
    Worker& next();

    /// Called on worker 0 at SIGHUP.
    void on_reload(std::function<void()> reload);
    /// A step of the orderly end: run in the order of registration when SIGTERM or SIGINT arrives, each awaited
    /// (listeners stop accepting, sessions drain, the queue stops, the store closes).
    void on_stop(std::function<Task<>()> step);
    /// Serves until SIGTERM or SIGINT and its steps; a second signal ends at once. Returns the exit status.
    int run();
    /// Asks run() to end as SIGTERM does; from any thread.
    void request_stop();

private:
    struct Impl;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::unique_ptr<Impl> impl_;
};

}  // namespace helio::net
