// EventLoop: what a Worker's thread runs: posted functions, ready descriptors (epoll, edge-triggered) and deadlines.
// A descriptor's and a deadline's state lies in the object that waits, so an idle connection costs the loop nothing
// beyond the kernel's entry and one pointer. For .cpp files of common/net only.
// Not thread-safe but for post() and stop().
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include <sys/epoll.h>

#include "common/net/timer_heap.h"

namespace helio::net {

class EventLoop {
public:
    /// A descriptor's owner.
    class Source {
    public:
        /// EPOLLIN and so on; may destroy the source.
        virtual void ready(std::uint32_t events) = 0;

    protected:
        ~Source() = default;
    };

    /// Throws std::system_error when the kernel gives no descriptors.
    EventLoop();
    /// Destroys what was posted and never ran.
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Runs `work` in order of posting; from any thread.
    void post(std::move_only_function<void()> work);
    /// Until stop(); one that came before counts.
    void run();
    /// Runs what can run now, without waiting.
    void run_ready();
    /// Ends run() after the function that runs now; from any thread.
    void stop();

    /// Tells `source` each time the state of `events` changes, and at once what it is. Throws std::system_error.
    void watch(int fd, std::uint32_t events, Source& source);
    /// The same for a descriptor that is watched already.
    void rewatch(int fd, std::uint32_t events, Source& source);
    /// From now on `source` hears nothing, and may die.
    void unwatch(int fd, Source& source);

    TimerHeap& timers() { return timers_; }
    /// Destroys what was posted, and what that posts.
    void drop_posted();

private:
    bool run_posted();
    bool run_expired();
    void wake_if_asleep();
    bool run_descriptors(int timeout_ms);
    int wait_ms();
    void control(int operation, int fd, std::uint32_t events, Source* source);

    static constexpr std::size_t events_per_wait = 128;

    const int epoll_;
    const int wake_;  // an eventfd: another thread has posted
    TimerHeap timers_;
    std::deque<std::move_only_function<void()>> running_;  // taken from posted_, in turn
    std::array<epoll_event, events_per_wait> ready_{};
    std::size_t ready_at_ = 0;  // [ready_at_, ready_end_) of ready_ is still to be told
    std::size_t ready_end_ = 0;

    std::atomic<bool> stopped_ = false;
    std::mutex lock_;
    std::deque<std::move_only_function<void()>> posted_;
    bool asleep_ = false;  // or about to be: who posts must wake it
};

}  // namespace helio::net
