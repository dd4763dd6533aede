#include "common/net/worker.h"

#include <memory>
#include <utility>

#include <asio/post.hpp>

#include "common/net/fd_waiter.h"
#include "common/net/worker_impl.h"

namespace helio::net {

Worker::Worker() : impl_(std::make_unique<Impl>()) {}
Worker::~Worker() {
    if (current_or_null() == this) set_current(nullptr);
}

void Worker::post(std::move_only_function<void()> work) { asio::post(impl_->context, std::move(work)); }

namespace {

// Waits for an event or a time, whichever is first.
class EventOrTime final : Timer {
public:
    EventOrTime(Deadlines& deadlines, base::Event* event, SteadyTime deadline)
        : deadlines_(deadlines), event_(event), deadline_(deadline) {}
    ~EventOrTime() { deadlines_.disarm(*this); }

    bool await_ready() {
        waiter_.notified = event_ != nullptr && event_->take_pending();
        return waiter_.notified;
    }
    void await_suspend(std::coroutine_handle<> handle) {
        waiter_.handle = handle;
        if (event_ != nullptr) event_->add(waiter_);
        if (deadline_ != never) deadlines_.arm(*this, deadline_);
    }
    bool await_resume() const { return waiter_.notified; }

private:
    void expired() override {
        if (event_ != nullptr && !event_->remove(waiter_)) return;  // notified: its resumption is under way
        waiter_.handle.resume();
    }

    Deadlines& deadlines_;
    base::Event* event_;
    SteadyTime deadline_;
    base::Event::Waiter waiter_;
};

}  // namespace

Task<> Worker::sleep_for(milliseconds duration) {
    EventOrTime timer(impl_->deadlines, nullptr, std::chrono::steady_clock::now() + duration);
    co_await timer;
}

Task<bool> Worker::wait(base::Event& event, SteadyTime deadline) {
    EventOrTime either(impl_->deadlines, &event, deadline);
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
    impl_->context.run();
    impl_->context.restart();  // not before run(): a stop() that came first must count
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
    impl_->context.restart();
    while (impl_->context.poll() > 0) impl_->context.restart();
    impl_->context.restart();
}

void Worker::stop() { impl_->context.stop(); }

}  // namespace helio::net
