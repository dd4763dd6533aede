// Deadlines: the TimerHeap of one worker, driven by a single Asio timer that is armed for the nearest one. A
// connection's deadline costs a pointer in the heap, not a timer of Asio's. For .cpp files of common/net only.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>

#include "common/net/timer_heap.h"

namespace helio::net {

class Deadlines {
public:
    explicit Deadlines(asio::io_context& context) : timer_(context) {}

    /// Arms `timer`, or moves it when it is armed already.
    void arm(Timer& timer, base::SteadyTime at);
    void disarm(Timer& timer) { heap_.disarm(timer); }  // the Asio timer finds nothing then

private:
    void arm_nearest();
    void run_expired();

    using AsioTimer =
        asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                   asio::io_context::executor_type>;
    TimerHeap heap_;
    AsioTimer timer_;
    base::SteadyTime armed_for_ = base::SteadyTime::max();
};

}  // namespace helio::net
