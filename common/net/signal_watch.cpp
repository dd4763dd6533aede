#include "common/net/signal_watch.h"

#include <atomic>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace helio::net {
namespace {

// The one thing a signal handler can reach.
std::atomic<int> pipe_for_handler = -1;

extern "C" void note_signal(int signal) {
    const int saved = errno;
    const auto byte = static_cast<unsigned char>(signal);
    [[maybe_unused]] const auto written = ::write(pipe_for_handler.load(), &byte, 1);
    errno = saved;
}

}  // namespace

SignalWatch::SignalWatch(Worker& worker, std::initializer_list<int> signals, std::function<void(int)> handle)
    : handle_(std::move(handle)) {
    int ends[2];
    if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
    write_end_ = ends[1];
    read_end_ = std::make_unique<FdWaiter>(worker, ends[0], FdWaiter::Ownership::owned);
    pipe_for_handler = write_end_;
    for (const int signal : signals) {
        struct sigaction action{};
        action.sa_handler = note_signal;
        action.sa_flags = SA_RESTART;
        ::sigaction(signal, &action, &before_[signal]);
    }
    base::start(pass_on(), [](std::exception_ptr) {});
}

SignalWatch::~SignalWatch() {
    for (const auto& [signal, action] : before_) ::sigaction(signal, &action, nullptr);
    pipe_for_handler = -1;
    read_end_->interrupt();
    ::close(write_end_);
}

Task<> SignalWatch::pass_on() {
    for (;;) {
        unsigned char signal = 0;
        while (::read(read_end_->fd(), &signal, 1) == 1) handle_(signal);
        const bool ready = co_await read_end_->wait(Worker::Readiness::readable, never);
        if (!ready) co_return;
    }
}

}  // namespace helio::net
