// LoopExecutor: this thread as an executor, for tests of code that completes from other threads without a network.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>

#include "common/base/executor.h"
#include "common/base/task.h"

namespace helio::test {

class LoopExecutor final : public base::Executor {
public:
    LoopExecutor() { set_current(this); }
    ~LoopExecutor() override { set_current(nullptr); }

    void post(std::move_only_function<void()> work) override {
        {
            const std::lock_guard guard(lock_);
            work_.push_back(std::move(work));
            changed_.notify_one();  // under the lock: the loop may end, and this object with it, right after
        }
    }

    /// Starts `task`; run() waits for it.
    void start(Task<void> task) {
        ++running_;
        base::start(std::move(task), [this](std::exception_ptr failure) {
            --running_;
            if (failure) failure_ = failure;
        });
    }
    /// Until every started task has ended; throws what one of them threw.
    void run() {
        while (running_ > 0) run_one();
        if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    }
    void run(Task<void> task) {
        start(std::move(task));
        run();
    }

private:
    void run_one() {
        std::unique_lock guard(lock_);
        changed_.wait(guard, [this] { return !work_.empty(); });
        auto work = std::move(work_.front());
        work_.pop_front();
        guard.unlock();
        work();
    }

    std::mutex lock_;
    std::condition_variable changed_;
    std::deque<std::move_only_function<void()>> work_;
    int running_ = 0;
    std::exception_ptr failure_;
};

}  // namespace helio::test
