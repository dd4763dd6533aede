#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "common/net/worker.h"

namespace helio::net {

struct Pool::Impl {
    void run();

    std::mutex lock;
    std::condition_variable changed;
    std::deque<std::move_only_function<void()>> posted;
    bool ending = false;
    std::vector<std::jthread> threads;
};

void Pool::Impl::run() {
    for (;;) {
        std::move_only_function<void()> work;
        {
            std::unique_lock guard(lock);
            changed.wait(guard, [this] { return ending || !posted.empty(); });
            if (posted.empty()) return;
            work = std::move(posted.front());
            posted.pop_front();
        }
        work();
    }
}

Pool::Pool(unsigned threads) : impl_(std::make_unique<Impl>()) {
    for (unsigned i = 0; i < threads; ++i) impl_->threads.emplace_back([impl = impl_.get()] { impl->run(); });
}

Pool::~Pool() {
    {
        const std::lock_guard guard(impl_->lock);
        impl_->ending = true;
    }
    impl_->changed.notify_all();
    impl_->threads.clear();  // joins
}

void Pool::post(std::move_only_function<void()> work) {
    {
        const std::lock_guard guard(impl_->lock);
        impl_->posted.push_back(std::move(work));
    }
    impl_->changed.notify_one();
}

}  // namespace helio::net
