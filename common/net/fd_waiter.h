// FdWaiter: waits for readiness of one descriptor with deadlines; what FdTransport, Listener and wait_fd() stand on.
// Owns the registration with the event loop and, unless told otherwise, the descriptor. One waiter per direction.
// Readiness is told when it changes, so a reader or writer goes on until the kernel says EAGAIN before it waits.
// The deadline costs one timer per descriptor that is armed lazily: a later deadline does not touch it.
#pragma once

#include <array>
#include <coroutine>

#include "common/net/event_loop.h"
#include "common/net/worker.h"

namespace helio::net {

class FdWaiter final : EventLoop::Source, Timer {
public:
    enum class Ownership : std::uint8_t { owned, borrowed };
    FdWaiter(Worker& worker, int fd, Ownership ownership);
    ~FdWaiter();

    /// True when the descriptor is ready or was since the last wait; false at the deadline, after interrupt() or at a
    /// nudge().
    Task<bool> wait(Worker::Readiness readiness, SteadyTime deadline);
    void interrupt();
    void nudge();
    bool interrupted() const { return interrupted_; }
    int fd() const { return fd_; }

private:
    struct Slot {
        std::coroutine_handle<> handle;
        SteadyTime deadline = never;
        bool watched = false;
        bool ready = false;  // told while nobody waited
        bool result = false;
    };
    struct Awaiter {
        FdWaiter& waiter;
        Slot& slot;
        SteadyTime deadline;
        bool await_ready() const;
        void await_suspend(std::coroutine_handle<> handle) const;
        bool await_resume() const { return slot.result && !waiter.interrupted_; }
    };

    void ready(std::uint32_t events) override;
    void expired() override;
    void watch(Slot& slot);
    Slot& slot(Worker::Readiness readiness) { return slots_[static_cast<std::size_t>(readiness)]; }
    std::coroutine_handle<> take(Slot& slot, bool result);
    template <class Ends>
    void resume_where(Ends ends, bool result);

    EventLoop& loop_;
    std::array<Slot, 2> slots_;
    int fd_;
    Ownership ownership_;
    bool interrupted_ = false;
};

}  // namespace helio::net
