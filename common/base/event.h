// Event: wakes coroutines of one executor. Auto-reset: a notify() without a waiter is remembered for the next one.
// Used for IDLE, relays, bounded queues and drains. For a bounded wait see net::Worker::wait.
// Not thread-safe: other threads post a function that calls notify().
#pragma once

#include <coroutine>
#include <list>

namespace helio::base {

class Event {
public:
    Event() = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    /// Resumes all waiters, each inline; without one, the next wait() returns at once.
    void notify();

    struct Waiter {
        std::coroutine_handle<> handle;
        bool notified = false;
    };
    class Awaiter {
    public:
        explicit Awaiter(Event& event) : event_(event) {}
        bool await_ready() noexcept;
        void await_suspend(std::coroutine_handle<> handle);
        void await_resume() const noexcept {}

    private:
        Event& event_;
        Waiter waiter_;
    };
    [[nodiscard]] Awaiter wait() { return Awaiter(*this); }

    /// For timers: takes the waiter out again; false when it has been notified already.
    bool remove(Waiter& waiter);
    void add(Waiter& waiter) { waiters_.push_back(&waiter); }
    /// Consumes a remembered notify().
    bool take_pending() noexcept {
        const bool pending = pending_;
        pending_ = false;
        return pending;
    }

private:
    std::list<Waiter*> waiters_;
    bool pending_ = false;
};

}  // namespace helio::base
