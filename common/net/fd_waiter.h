// FdWaiter: waits for readiness of one descriptor with deadlines; what FdTransport, Listener and wait_fd() stand on.
// Owns the registration with the event loop and, unless told otherwise, the descriptor. One waiter per direction.
// The deadline is an entry in the worker's Deadlines, armed lazily: a later deadline does not touch it.
#pragma once

#include <coroutine>
#include <memory>

#include "common/net/worker.h"

namespace helio::net {

class FdWaiter {
public:
    enum class Ownership { owned, borrowed };
    FdWaiter(Worker& worker, int fd, Ownership ownership);
    ~FdWaiter();
    FdWaiter(const FdWaiter&) = delete;
    FdWaiter& operator=(const FdWaiter&) = delete;

    /// True when the descriptor is ready; false at the deadline, after interrupt() or at a nudge().
    Task<bool> wait(Worker::Readiness readiness, SteadyTime deadline);
    void interrupt();
    void nudge();
    /// True when the descriptor was found readable since the last call.
    bool take_readable();
    bool interrupted() const;
    int fd() const;

private:
    struct Core;
    std::shared_ptr<Core> core_;
};

}  // namespace helio::net
