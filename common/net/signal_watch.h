// SignalWatch: hands the process's signals to a coroutine of one worker, through a pipe. Runtime owns one while it
// runs.
#pragma once

#include <csignal>
#include <functional>
#include <initializer_list>
#include <map>

#include "common/net/fd_waiter.h"

namespace helio::net {

class SignalWatch {
public:
    /// From now on `handle` is called on `worker` for each of `signals`. One watch at a time in a process.
    /// Throws std::system_error when there is no descriptor left.
    SignalWatch(Worker& worker, std::initializer_list<int> signals, std::function<void(int)> handle);
    /// Gives the signals back what they did before. On the worker's thread, while its loop stands still.
    ~SignalWatch();

private:
    Task<> pass_on();

    std::map<int, struct sigaction> before_;
    std::function<void(int)> handle_;
    int write_end_ = -1;
    std::unique_ptr<FdWaiter> read_end_;
};

}  // namespace helio::net
