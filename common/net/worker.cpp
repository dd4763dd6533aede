#include "common/net/worker.h"

#include <memory>
#include <utility>

#include "common/net/fd_waiter.h"
#include "common/net/worker_impl.h"

namespace helio::net {

Worker::Worker() : impl_(std::make_unique<Impl>()) {}
Worker::~Worker() {
    impl_->resolver.reset();    // its last answers are posted
    impl_->loop.drop_posted();  // while what they own can still reach the loop
    if (current_or_null() == this) set_current(nullptr);
}

void Worker::post(std::move_only_function<void()> work) { impl_->loop.post(std::move(work)); }

namespace {

// Waits for an event or a time, whichever is first.
class EventOrTime final : Timer {
public:
    EventOrTime(EventLoop& loop, base::Event* event, SteadyTime deadline)
        : loop_(loop), event_(event), deadline_(deadline) {}
    ~EventOrTime() { loop_.timers().disarm(*this); }

    bool await_ready() {
        waiter_.notified = event_ != nullptr && event_->take_pending();
        return waiter_.notified || deadline_ <= std::chrono::steady_clock::now();
    }
    void await_suspend(std::coroutine_handle<> handle) {
        waiter_.handle = handle;
        if (event_ != nullptr) event_->add(waiter_);
        if (deadline_ != never) loop_.timers().arm(*this, deadline_);
    }
    bool await_resume() const { return waiter_.notified; }

private:
    void expired() override {
        if (event_ != nullptr && !event_->remove(waiter_)) return;  // notified: its resumption is under way
        waiter_.handle.resume();
    }

    EventLoop& loop_;
    base::Event* event_;
    SteadyTime deadline_;
    base::Event::Waiter waiter_;
};

}  // namespace

Task<> Worker::sleep_for(milliseconds duration) {
    EventOrTime timer(impl_->loop, nullptr, std::chrono::steady_clock::now() + duration);
    co_await timer;
}

Task<bool> Worker::wait(base::Event& event, SteadyTime deadline) {
    EventOrTime either(impl_->loop, &event, deadline);
    const bool notified = co_await either;
    co_return notified;
}

Task<bool> Worker::wait_fd(int fd, Readiness readiness, SteadyTime deadline) {
    FdWaiter waiter(*this, fd, FdWaiter::Ownership::borrowed);
    const bool ready = co_await waiter.wait(readiness, deadline);
    co_return ready;
}

void Worker::run() {
    auto* const outer = current_or_null();
    set_current(this);
    impl_->loop.run();
    set_current(outer);
}

void Worker::run_until_done(Task<> task) {
    std::exception_ptr failure;
    post([this, &failure, held = std::make_shared<Task<>>(std::move(task))] {
        base::start(std::move(*held), [this, &failure](std::exception_ptr thrown) {
            failure = thrown;
            stop();
        });
    });
    run();
    if (failure) std::rethrow_exception(failure);
}

void Worker::run_ready() {
    set_current(this);
    impl_->loop.run_ready();
}

void Worker::stop() { impl_->loop.stop(); }

}  // namespace helio::net
