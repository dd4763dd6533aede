#include "common/net/fd_waiter.h"

#include <array>
#include <cassert>

#include <asio/posix/basic_stream_descriptor.hpp>
#include <unistd.h>

#include "common/net/worker_impl.h"

namespace helio::net {

namespace {
// With the concrete executor instead of any_io_executor an idle connection is 0.3 KiB smaller.
using LoopExecutor = asio::io_context::executor_type;
using Descriptor = asio::posix::basic_stream_descriptor<LoopExecutor>;
}  // namespace

// Shared with the handlers that Asio still holds after the waiter has gone.
struct FdWaiter::Core final : Timer {
    struct Slot {
        std::coroutine_handle<> handle;
        SteadyTime deadline = never;
        bool result = false;
        bool armed = false;  // an async_wait of ours is with Asio
    };

    Core(Worker& home, int fd, Ownership own)
        : deadlines(home.impl().deadlines), descriptor(home.impl().context, fd), ownership(own) {}
    ~Core() { deadlines.disarm(*this); }

    Slot& slot(Worker::Readiness readiness) { return slots[static_cast<std::size_t>(readiness)]; }

    std::coroutine_handle<> take(Slot& ended, bool result) {
        if (!ended.handle) return nullptr;
        ended.result = result;
        ended.deadline = never;
        return std::exchange(ended.handle, nullptr);
    }
    void resume(Slot& ended, bool result) {
        if (const auto handle = take(ended, result)) handle.resume();
    }

    /// All that ended is taken first: a resumed coroutine may destroy the waiter.
    void expired() override {
        const auto now = std::chrono::steady_clock::now();
        auto next = never;
        for (const auto& slot : slots)
            if (slot.handle && slot.deadline > now) next = std::min(next, slot.deadline);
        if (next != never) deadlines.arm(*this, next);
        std::array<std::coroutine_handle<>, 2> ended{};
        for (std::size_t i = 0; i < slots.size(); ++i)
            if (slots[i].handle && slots[i].deadline <= now) ended[i] = take(slots[i], false);
        for (const auto handle : ended)
            if (handle) handle.resume();
    }

    Deadlines& deadlines;
    Descriptor descriptor;
    std::array<Slot, 2> slots;
    Ownership ownership;
    bool interrupted = false;
    bool readable = false;  // found so, whether somebody waited or not
};

namespace {

template <class CorePtr>
void arm(const CorePtr& core, Worker::Readiness readiness) {
    auto& slot = core->slot(readiness);
    if (slot.armed) return;
    slot.armed = true;
    const auto type = readiness == Worker::Readiness::readable ? Descriptor::wait_read : Descriptor::wait_write;
    core->descriptor.async_wait(type, [core, readiness](const asio::error_code&) {
        auto& ready = core->slot(readiness);
        ready.armed = false;
        core->readable = core->readable || readiness == Worker::Readiness::readable;
        core->resume(ready, !core->interrupted);
    });
}

}  // namespace

FdWaiter::FdWaiter(Worker& worker, int fd, Ownership ownership)
    : core_(std::make_shared<Core>(worker, fd, ownership)) {}

FdWaiter::~FdWaiter() {
    core_->interrupted = true;
    core_->deadlines.disarm(*core_);
    if (core_->ownership == Ownership::borrowed) {
        core_->descriptor.release();
    } else {
        asio::error_code ignored;
        core_->descriptor.close(ignored);
    }
}

Task<bool> FdWaiter::wait(Worker::Readiness readiness, SteadyTime deadline) {
    struct Awaiter {
        std::shared_ptr<Core> core;
        Worker::Readiness readiness;
        SteadyTime deadline;
        bool await_ready() const { return core->interrupted || deadline <= std::chrono::steady_clock::now(); }
        void await_suspend(std::coroutine_handle<> handle) const {
            auto& slot = core->slot(readiness);
            assert(!slot.handle && "one waiter per direction");
            slot.handle = handle;
            slot.deadline = deadline;
            slot.result = false;
            arm(core, readiness);
            if (deadline < core->at()) core->deadlines.arm(*core, deadline);
        }
        bool await_resume() const { return core->slot(readiness).result && !core->interrupted; }
    };
    core_->slot(readiness).result = false;
    const bool ready = co_await Awaiter{core_, readiness, deadline};
    co_return ready;
}

void FdWaiter::interrupt() {
    if (core_->interrupted) return;
    core_->interrupted = true;
    const auto core = core_;  // a resumed coroutine may destroy this waiter
    for (auto& slot : core->slots) core->resume(slot, false);
}

void FdWaiter::nudge() {
    const auto core = core_;
    core->resume(core->slot(Worker::Readiness::readable), false);
}

bool FdWaiter::take_readable() { return std::exchange(core_->readable, false); }
bool FdWaiter::interrupted() const { return core_->interrupted; }
int FdWaiter::fd() const { return core_->descriptor.native_handle(); }

}  // namespace helio::net
