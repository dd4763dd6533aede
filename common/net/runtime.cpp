#include <atomic>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>

#include <asio/signal_set.hpp>

#include "common/base/signals.h"
#include "common/net/worker_impl.h"

namespace helio::net {

struct Runtime::Impl {
    std::atomic<std::size_t> turn = 0;
    std::vector<std::function<void()>> reloads;
    std::vector<std::function<Task<>()>> steps;
    std::optional<asio::signal_set> signals;
    bool stopping = false;
    int status = 0;
};

namespace {

Task<> run_steps(std::vector<std::function<Task<>()>>& steps) {
    for (auto& step : steps) {
        auto task = step();
        co_await std::move(task);
    }
}

}  // namespace

Runtime::Runtime(unsigned threads) : impl_(std::make_unique<Impl>()) {
    std::signal(SIGPIPE, SIG_IGN);
    for (unsigned i = 0; i < std::max(1u, threads); ++i) workers_.push_back(std::make_unique<Worker>());
}

Runtime::~Runtime() = default;

Worker& Runtime::next() { return *workers_[impl_->turn.fetch_add(1, std::memory_order_relaxed) % workers_.size()]; }
void Runtime::on_reload(std::function<void()> reload) { impl_->reloads.push_back(std::move(reload)); }
void Runtime::on_stop(std::function<Task<>()> step) { impl_->steps.push_back(std::move(step)); }

void Runtime::request_stop() {
    worker(0).post([this] {
        if (std::exchange(impl_->stopping, true)) return;
        base::start(run_steps(impl_->steps), [this](std::exception_ptr failure) {
            if (failure) impl_->status = 1;
            for (auto& each : workers_) each->stop();
        });
    });
}

namespace {
// Waits for the next signal again and again; the set dies with the runtime.
void await_signal(asio::signal_set& signals, const std::function<void(int)>& handle) {
    signals.async_wait([&signals, handle](const asio::error_code& error, int signal) {
        if (error) return;
        handle(signal);
        await_signal(signals, handle);
    });
}
}  // namespace

int Runtime::run() {
    impl_->signals.emplace(worker(0).impl().context, SIGTERM, SIGINT, SIGHUP);
    base::unblock_signal(SIGHUP);  // guarded_main() held it back until somebody waits for it
    await_signal(*impl_->signals, [this](int signal) {
        if (signal == SIGHUP) {
            for (const auto& reload : impl_->reloads) reload();
        } else if (impl_->stopping) {
            std::_Exit(128 + signal);  // the operator asked twice
        } else {
            request_stop();
        }
    });
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers_.size(); ++i) threads.emplace_back([this, i] { workers_[i]->run(); });
    worker(0).run();
    threads.clear();
    impl_->signals.reset();
    return impl_->status;
}

}  // namespace helio::net
