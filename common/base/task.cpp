#include "common/base/task.h"

namespace helio::base {
namespace {

// A root coroutine: destroys itself when done. Everything it needs is in its own frame.
struct Root {
    struct promise_type {
        Root get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() const noexcept { std::terminate(); }
    };
};

Root run_to_end(Task<void> task, OnDone on_done) {
    std::exception_ptr failure;
    try {
        co_await std::move(task);
    } catch (...) {
        failure = std::current_exception();
    }
    {
        const Task<void> ended = std::move(task);  // the frame is freed before the owner hears of its end
    }
    on_done(failure);
}

}  // namespace

void start(Task<void> task, OnDone on_done) { run_to_end(std::move(task), std::move(on_done)); }

}  // namespace helio::base
