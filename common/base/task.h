// Task<T>: a lazy coroutine, awaited once by its parent; the return type of every asynchronous function.
// Why not asio::awaitable: a protocol file then needs no Asio header (1.5 s instead of 4 s to compile, 13 s with ASan),
// a frame is smaller, and there is no `||` to misuse. Events, timers and sockets resume it (event.h, net/worker.h).
// Rules (STYLE S8): parameters of spawned coroutines by value; one co_await per statement; no capturing lambda
// coroutines. Not thread-safe: a task and everything it awaits live on one executor's thread.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace helio {

template <class T = void>
class Task;

namespace base::detail {

struct PromiseBase {
    std::coroutine_handle<> continuation = std::noop_coroutine();
    std::exception_ptr exception;

    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <class P>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<P> self) const noexcept {
            return self.promise().continuation;
        }
        void await_resume() const noexcept {}
    };
    std::suspend_always initial_suspend() const noexcept { return {}; }
    FinalAwaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
    std::optional<T> value;
    Task<T> get_return_object() noexcept;
    template <class U = T>  // the default lets `co_return {};` work
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() {
        if (exception) std::rethrow_exception(exception);
        return std::move(*value);
    }
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const {
        if (exception) std::rethrow_exception(exception);
    }
};

}  // namespace base::detail

template <class T>
class [[nodiscard]] Task {
public:
    using promise_type = base::detail::Promise<T>;

    explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            if (handle_) handle_.destroy();
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }
    ~Task() {
        if (handle_) handle_.destroy();
    }

    auto operator co_await() && noexcept {
        struct Awaiter {
            std::coroutine_handle<promise_type> handle;
            bool await_ready() const noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) const noexcept {
                handle.promise().continuation = parent;
                return handle;
            }
            T await_resume() const { return handle.promise().take(); }
        };
        return Awaiter{handle_};
    }

private:
    std::coroutine_handle<promise_type> handle_;
};

namespace base::detail {
template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
    return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() noexcept {
    return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}
}  // namespace base::detail

namespace base {

/// Called once when a started task has ended; `failure` holds what it threw, else null.
using OnDone = std::move_only_function<void(std::exception_ptr failure)>;

/// Starts `task` at once on this thread, up to its first suspension, and owns it until it ends; then calls `on_done`.
/// Whoever starts a task must be able to wait for it (net::SessionSet, TaskGroup): nothing is fire-and-forget.
void start(Task<void> task, OnDone on_done);

}  // namespace base
}  // namespace helio
