// Waiter: who waits for a change that the Writer decides; Answers: many of them, woken with one message to each
// executor, because a message per session costs more than the session's own share of the work.
// An engine thread sets the result, then sends; the waiter must live until it is woken, which happens once.
#pragma once

#include <coroutine>
#include <future>
#include <utility>
#include <vector>

#include "common/base/executor.h"
#include "common/base/result.h"

namespace helio::storage {

class Waiter {
public:
    /// It is woken on `home`, at once when that is the sender's thread; nullptr: on an engine thread.
    explicit Waiter(base::Executor* home) : home_(home) {}
    virtual ~Waiter() = default;
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    virtual void wake() = 0;
    base::Executor* home() const { return home_; }

    Result<> result;

private:
    base::Executor* home_;
};

/// A coroutine; made and awaited on its executor's thread.
class CoroutineWaiter final : public Waiter {
public:
    CoroutineWaiter() : Waiter(&base::Executor::current()) {}
    void wake() override {
        woken_ = true;
        if (handle_) std::exchange(handle_, nullptr).resume();
    }

    bool await_ready() const noexcept { return woken_; }
    void await_suspend(std::coroutine_handle<> handle) noexcept { handle_ = handle; }
    Result<> await_resume() { return std::move(result); }

private:
    bool woken_ = false;
    std::coroutine_handle<> handle_;
};

/// A thread that blocks.
class ThreadWaiter final : public Waiter {
public:
    ThreadWaiter() : Waiter(nullptr) {}
    void wake() override { woken_.set_value(); }
    Result<> wait() {
        woken_.get_future().wait();
        return std::move(result);
    }

private:
    std::promise<void> woken_;
};

class Answers {
public:
    bool empty() const { return waiters_.empty(); }
    std::size_t size() const { return waiters_.size(); }
    void add(Waiter& waiter) { waiters_.push_back(&waiter); }
    void add(Waiter& waiter, Result<> result) {
        waiter.result = std::move(result);
        add(waiter);
    }
    /// Wakes all, in their order on each executor; none is left.
    void send();
    /// Gives all the same result, then wakes them.
    void send(const Result<>& result);

private:
    std::vector<Waiter*> waiters_;
};

}  // namespace helio::storage
