#include "tests/support/run.h"

#include <utility>

namespace helio::test {

void run(Task<> task) {
    net::Worker worker;
    worker.run_until_done(std::move(task));
}

Workbench::Workbench() { worker_.run_ready(); }
Workbench::~Workbench() = default;

void Workbench::start(Task<> task) {
    ++running_;
    worker_.post([this, held = std::move(task)]() mutable {
        base::start(std::move(held), [this](std::exception_ptr failure) {
            if (failure && !failure_) failure_ = failure;
            if (--running_ == 0) worker_.stop();
        });
    });
}

void Workbench::run_ready() { worker_.run_ready(); }

void Workbench::finish() {
    if (running_ > 0) worker_.run();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

}  // namespace helio::test
