#include "common/net/fd_waiter.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include <unistd.h>

#include "common/net/worker_impl.h"

namespace helio::net {

FdWaiter::FdWaiter(Worker& worker, int fd, Ownership ownership)
    : loop_(worker.impl().loop), fd_(fd), ownership_(ownership) {}

FdWaiter::~FdWaiter() {
    loop_.timers().disarm(*this);
    if (slots_[0].watched || slots_[1].watched) loop_.unwatch(fd_, *this);
    if (ownership_ == Ownership::owned) ::close(fd_);
}

// Registered at the first wait: a socket is watched only once it is connected or connecting, and for writing only
// when a peer was slow to read.
void FdWaiter::watch(Slot& wanted) {
    if (wanted.watched) return;
    const bool known = slots_[0].watched || slots_[1].watched;
    wanted.watched = true;
    const std::uint32_t events = (slot(Worker::Readiness::readable).watched ? EPOLLIN | EPOLLRDHUP : 0U) |
                                 (slot(Worker::Readiness::writable).watched ? EPOLLOUT : 0U);
    if (known)
        loop_.rewatch(fd_, events, *this);
    else
        loop_.watch(fd_, events, *this);
}

std::coroutine_handle<> FdWaiter::take(Slot& ended, bool result) {
    if (!ended.handle) return nullptr;
    ended.result = result;
    ended.deadline = never;
    return std::exchange(ended.handle, nullptr);
}

// Resumes the waits that `ends` names. All are taken first: a resumed coroutine may destroy this waiter, but not while
// the other direction's wait is still under way.
template <class Ends>
void FdWaiter::resume_where(Ends ends, bool result) {
    std::array<std::coroutine_handle<>, 2> handles{};
    for (std::size_t i = 0; i < slots_.size(); ++i)
        if (ends(slots_[i])) handles[i] = take(slots_[i], result);
    for (const auto handle : handles)
        if (handle) handle.resume();
}

void FdWaiter::ready(std::uint32_t events) {
    const bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
    slot(Worker::Readiness::readable).ready |= broken || (events & (EPOLLIN | EPOLLRDHUP)) != 0;
    slot(Worker::Readiness::writable).ready |= broken || (events & EPOLLOUT) != 0;
    resume_where([](Slot& each) { return each.handle && std::exchange(each.ready, false); }, true);
}

void FdWaiter::expired() {
    const auto now = std::chrono::steady_clock::now();
    const auto is_over = [now](const Slot& each) { return each.handle && each.deadline <= now; };
    auto next = never;
    for (const auto& each : slots_)
        if (each.handle && !is_over(each)) next = std::min(next, each.deadline);
    if (next != never) loop_.timers().arm(*this, next);
    resume_where(is_over, false);
}

bool FdWaiter::Awaiter::await_ready() const {
    slot.result = std::exchange(slot.ready, false);
    return slot.result || waiter.interrupted_ || deadline <= std::chrono::steady_clock::now();
}

void FdWaiter::Awaiter::await_suspend(std::coroutine_handle<> handle) const {
    assert(!slot.handle && "one waiter per direction");
    slot.handle = handle;
    slot.deadline = deadline;
    waiter.watch(slot);
    if (deadline < waiter.at()) waiter.loop_.timers().arm(waiter, deadline);
}

Task<bool> FdWaiter::wait(Worker::Readiness readiness, SteadyTime deadline) {
    const bool is_ready = co_await Awaiter{*this, slot(readiness), deadline};
    co_return is_ready;
}

void FdWaiter::interrupt() {
    if (std::exchange(interrupted_, true)) return;
    resume_where([](const Slot&) { return true; }, false);
}

void FdWaiter::nudge() {
    const auto handle = take(slot(Worker::Readiness::readable), false);
    if (handle) handle.resume();
}

}  // namespace helio::net
