#include "common/net/deadlines.h"

namespace helio::net {

void Deadlines::arm(Timer& timer, base::SteadyTime at) {
    heap_.arm(timer, at);
    arm_nearest();
}

// A nearest one that moved away leaves the Asio timer as it is: it wakes too early once, and arms itself anew.
void Deadlines::arm_nearest() {
    if (heap_.next() >= armed_for_) return;
    armed_for_ = heap_.next();
    timer_.expires_at(armed_for_);
    timer_.async_wait([this](const asio::error_code& error) {
        if (error) return;
        armed_for_ = base::SteadyTime::max();
        run_expired();
    });
}

void Deadlines::run_expired() {
    const auto now = std::chrono::steady_clock::now();
    while (auto* const timer = heap_.take_expired(now)) timer->expired();
    arm_nearest();
}

}  // namespace helio::net
