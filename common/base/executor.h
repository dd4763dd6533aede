// Executor: a thread that runs posted functions in order; the seam between coroutines and what wakes them.
// net::Worker is the real one. Storage, LDAP and gRPC post their completions here and need to know no Asio.
#pragma once

#include <functional>

namespace helio::base {

class Executor {
public:
    virtual ~Executor() = default;

    /// Runs `work` later on the executor's own thread. Safe from any thread; work posted by one thread keeps its order.
    virtual void post(std::move_only_function<void()> work) = 0;

    /// The executor whose thread this is. Asserts on a thread that is none's.
    static Executor& current();
    /// The same, or nullptr on a thread that is none's.
    static Executor* current_or_null();

protected:
    /// Called by an implementation on its own thread before it runs anything (nullptr when it ends).
    static void set_current(Executor* executor);
};

}  // namespace helio::base
