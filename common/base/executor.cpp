#include "common/base/executor.h"

#include <cassert>

namespace helio::base {
namespace {
thread_local Executor* current_executor = nullptr;
}

Executor& Executor::current() {
    assert(current_executor != nullptr && "this thread runs no executor");
    return *current_executor;
}
Executor* Executor::current_or_null() { return current_executor; }
void Executor::set_current(Executor* executor) { current_executor = executor; }

}  // namespace helio::base
