#include "common/base/event.h"

#include <utility>

namespace helio::base {

void Event::notify() {
    if (waiters_.empty()) {
        pending_ = true;
        return;
    }
    // A resumed coroutine may wait again or destroy this event: touch only the local list from here on.
    std::list<Waiter*> woken;
    woken.swap(waiters_);
    for (auto* waiter : woken) waiter->notified = true;
    while (!woken.empty()) {
        auto handle = woken.front()->handle;
        woken.pop_front();
        handle.resume();
    }
}

bool Event::remove(Waiter& waiter) {
    if (waiter.notified) return false;
    return waiters_.remove(&waiter) > 0;
}

bool Event::Awaiter::await_ready() noexcept { return event_.take_pending(); }
void Event::Awaiter::await_suspend(std::coroutine_handle<> handle) {
    waiter_.handle = handle;
    event_.add(waiter_);
}

}  // namespace helio::base
