#include "common/net/timer_heap.h"

#include <utility>

namespace helio::net {

void TimerHeap::put(std::size_t place, Timer& timer) {
    timers_[place] = &timer;
    timer.place_ = static_cast<std::uint32_t>(place);
}

void TimerHeap::sift_up(std::size_t place) {
    auto& moving = *timers_[place];
    while (place > 0) {
        const auto parent = (place - 1) / 2;
        if (timers_[parent]->at_ <= moving.at_) break;
        put(place, *timers_[parent]);
        place = parent;
    }
    put(place, moving);
}

void TimerHeap::sift_down(std::size_t place) {
    auto& moving = *timers_[place];
    for (;;) {
        auto child = 2 * place + 1;
        if (child >= timers_.size()) break;
        if (child + 1 < timers_.size() && timers_[child + 1]->at_ < timers_[child]->at_) ++child;
        if (moving.at_ <= timers_[child]->at_) break;
        put(place, *timers_[child]);
        place = child;
    }
    put(place, moving);
}

void TimerHeap::arm(Timer& timer, base::SteadyTime at) {
    const auto before = std::exchange(timer.at_, at);
    if (!timer.armed()) {
        timers_.push_back(&timer);
        sift_up(timers_.size() - 1);
    } else if (at < before) {
        sift_up(timer.place_);
    } else {
        sift_down(timer.place_);
    }
}

void TimerHeap::disarm(Timer& timer) {
    if (!timer.armed()) return;
    const std::size_t place = std::exchange(timer.place_, Timer::nowhere);
    timer.at_ = base::SteadyTime::max();
    auto& last = *timers_.back();
    timers_.pop_back();
    if (place == timers_.size()) return;
    put(place, last);
    sift_up(place);
    sift_down(last.place_);
}

base::SteadyTime TimerHeap::next() const { return timers_.empty() ? base::SteadyTime::max() : timers_.front()->at_; }

Timer* TimerHeap::take_expired(base::SteadyTime now) {
    if (next() > now || timers_.empty()) return nullptr;
    auto* const timer = timers_.front();
    disarm(*timer);
    return timer;
}

}  // namespace helio::net
