// Completion<T>: a value that another thread (storage writer, LDAP pool, gRPC) delivers to one waiting coroutine.
// Made and awaited on one executor's thread; set() may be called from any thread, exactly once, and the object must
// live until then. A coroutine that awaits one can't be cancelled: whoever promises a value always sets it.
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "common/base/executor.h"

namespace helio::base {

template <class T>
class Completion {
public:
    explicit Completion(Executor& home = Executor::current()) : home_(home) {}
    Completion(const Completion&) = delete;
    Completion& operator=(const Completion&) = delete;

    /// From any thread, once. The waiter resumes on its own executor.
    void set(T value) {
        home_.post([this, held = std::move(value)]() mutable {
            value_.emplace(std::move(held));
            if (waiter_) std::exchange(waiter_, nullptr).resume();
        });
    }

    bool await_ready() const noexcept { return value_.has_value(); }
    void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
    T await_resume() { return std::move(*value_); }

private:
    Executor& home_;
    std::optional<T> value_;
    std::coroutine_handle<> waiter_;
};

}  // namespace helio::base
