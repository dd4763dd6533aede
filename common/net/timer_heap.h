// TimerHeap: the deadlines of one event loop, nearest first. An entry lies in the object that waits (a descriptor, a
// sleeping coroutine), so a deadline costs the heap one pointer and no allocation.
// Not thread-safe: lives on its loop's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <vector>

#include "common/base/clock.h"

namespace helio::net {

/// One deadline; its owner disarms it before it dies.
class Timer {
public:
    /// The time it is armed for; SteadyTime::max() when it is not.
    base::SteadyTime at() const { return at_; }
    bool armed() const { return place_ != nowhere; }
    /// Called once by the loop, disarmed, when the time has come.
    virtual void expired() = 0;

protected:
    Timer() = default;
    ~Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

private:
    friend class TimerHeap;
    static constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();
    base::SteadyTime at_ = base::SteadyTime::max();
    std::uint32_t place_ = nowhere;
};

class TimerHeap {
public:
    /// Arms `timer`, or moves it when it is armed already.
    void arm(Timer& timer, base::SteadyTime at);
    /// Nothing when it is not armed.
    void disarm(Timer& timer);
    /// When the nearest one expires; SteadyTime::max() when none is armed.
    base::SteadyTime next() const;
    /// Takes out the nearest one that `now` has reached; nullptr when none has.
    Timer* take_expired(base::SteadyTime now);
    std::size_t size() const { return timers_.size(); }

private:
    void put(std::size_t place, Timer& timer);
    void sift_up(std::size_t place);
    void sift_down(std::size_t place);

    std::vector<Timer*> timers_;  // a binary heap by Timer::at_
};

}  // namespace helio::net
