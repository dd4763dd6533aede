// run() and Workbench: coroutines in unit tests, on a worker of their own on this thread.
#pragma once

#include "common/net/worker.h"
#include "tests/support/catch.h"

namespace helio::test {

/// Runs `task` to its end. What it throws (a failed REQUIRE too) comes out here.
void run(Task<> task);

/// Several coroutines step by step: start() them, run_ready() until nothing more can happen now, finish() to the end.
class Workbench {
public:
    Workbench();
    ~Workbench();
    net::Worker& worker() { return worker_; }
    void start(Task<> task);
    /// Runs what is ready, never waits.
    void run_ready();
    /// Until all started tasks have ended; rethrows the first failure.
    void finish();
    std::size_t running() const { return running_; }

private:
    net::Worker worker_;
    std::size_t running_ = 0;
    std::exception_ptr failure_;
};

}  // namespace helio::test
