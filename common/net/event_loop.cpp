#include "common/net/event_loop.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace helio::net {
namespace {

int checked(int result, const char* call) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), call);
    return result;
}

}  // namespace

EventLoop::EventLoop()
    : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")) {
    control(EPOLL_CTL_ADD, wake_, EPOLLIN | EPOLLET, nullptr);  // edge-triggered: its count need never be read
}

EventLoop::~EventLoop() {
    drop_posted();
    ::close(wake_);
    ::close(epoll_);
}

void EventLoop::drop_posted() {
    for (;;) {
        std::deque<std::move_only_function<void()>> dropped;
        dropped.swap(running_);
        if (dropped.empty()) {
            const std::lock_guard guard(lock_);
            dropped.swap(posted_);
        }
        if (dropped.empty()) return;
    }
}

void EventLoop::wake_if_asleep() {
    bool asleep = false;
    {
        const std::lock_guard guard(lock_);
        asleep = std::exchange(asleep_, false);
    }
    if (asleep) ::eventfd_write(wake_, 1);
}

void EventLoop::post(std::move_only_function<void()> work) {
    bool asleep = false;
    {
        const std::lock_guard guard(lock_);
        posted_.push_back(std::move(work));
        asleep = std::exchange(asleep_, false);
    }
    if (asleep) ::eventfd_write(wake_, 1);
}

void EventLoop::stop() {
    stopped_ = true;
    wake_if_asleep();
}

// One turn of posted functions: those they post run in the next turn, after descriptors and deadlines.
bool EventLoop::run_posted() {
    if (running_.empty()) {
        const std::lock_guard guard(lock_);
        running_.swap(posted_);
        asleep_ = false;
    }
    const bool any = !running_.empty();
    while (!running_.empty() && !stopped_) {
        auto work = std::move(running_.front());
        running_.pop_front();
        work();
    }
    return any;
}

bool EventLoop::run_expired() {
    if (timers_.next() == base::SteadyTime::max()) return false;
    const auto now = std::chrono::steady_clock::now();
    bool any = false;
    while (auto* const timer = timers_.take_expired(now)) {
        timer->expired();
        any = true;
    }
    return any;
}

bool EventLoop::run_descriptors(int timeout_ms) {
    const int count = ::epoll_wait(epoll_, ready_.data(), static_cast<int>(ready_.size()), timeout_ms);
    ready_at_ = 0;
    ready_end_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    bool any = false;
    while (ready_at_ < ready_end_) {
        const auto& event = ready_[ready_at_++];
        if (event.data.ptr == nullptr) continue;  // the wake-up, or a source that has gone since
        static_cast<Source*>(event.data.ptr)->ready(event.events);
        any = true;
    }
    return any;
}

// How long the loop may sleep: rounded up, so that no deadline is found too early.
int EventLoop::wait_ms() {
    {
        const std::lock_guard guard(lock_);
        if (stopped_ || !posted_.empty() || !running_.empty()) return 0;
        asleep_ = true;
    }
    if (timers_.next() == base::SteadyTime::max()) return -1;
    const auto left = timers_.next() - std::chrono::steady_clock::now();
    if (left <= left.zero()) return 0;
    constexpr std::chrono::hours most(1);
    return static_cast<int>(
        std::chrono::ceil<std::chrono::milliseconds>(std::min<base::SteadyTime::duration>(left, most)).count());
}

void EventLoop::run() {
    for (;;) {
        if (stopped_.exchange(false)) return;
        run_posted();
        run_descriptors(wait_ms());
        run_expired();
    }
}

void EventLoop::run_ready() {
    for (bool any = true; any;) {
        const bool posted = run_posted();
        const bool descriptors = run_descriptors(0);
        const bool expired = run_expired();
        any = posted || descriptors || expired;
        if (stopped_.exchange(false)) return;
    }
}

void EventLoop::control(int operation, int fd, std::uint32_t events, Source* source) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = source;
    checked(::epoll_ctl(epoll_, operation, fd, &event), "epoll_ctl");
}

void EventLoop::watch(int fd, std::uint32_t events, Source& source) {
    control(EPOLL_CTL_ADD, fd, events | EPOLLET, &source);
}

void EventLoop::rewatch(int fd, std::uint32_t events, Source& source) {
    control(EPOLL_CTL_MOD, fd, events | EPOLLET, &source);
}

void EventLoop::unwatch(int fd, Source& source) {
    epoll_event unused{};
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, &unused);  // fails for a foreign descriptor that its owner has closed
    for (auto i = ready_at_; i < ready_end_; ++i)
        if (ready_[i].data.ptr == &source) ready_[i].data.ptr = nullptr;
}

}  // namespace helio::net
