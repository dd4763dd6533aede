// Loop: one thread that runs all writers of a bench, as a daemon's worker does.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

#include "common/base/executor.h"

namespace helio::bench {

class Loop final : public base::Executor {
public:
    Loop() { set_current(this); }
    ~Loop() override { set_current(nullptr); }
    void post(std::move_only_function<void()> work) override {
        const std::lock_guard guard(lock_);
        work_.push_back(std::move(work));
        if (work_.size() == 1) changed_.notify_one();
    }
    void run_until(const std::function<bool()>& over) {
        while (!over()) {
            std::unique_lock guard(lock_);
            changed_.wait(guard, [this] { return !work_.empty(); });
            auto all = std::exchange(work_, {});
            guard.unlock();
            for (auto& work : all) work();
        }
    }

private:
    std::mutex lock_;
    std::condition_variable changed_;
    std::deque<std::move_only_function<void()>> work_;
};

}  // namespace helio::bench
