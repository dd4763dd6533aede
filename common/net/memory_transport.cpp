// MemoryPair: two Transports joined in memory. Both ends live on one worker; a wait is an Event with a deadline.
#include <algorithm>
#include <deque>

#include "common/net/transport.h"

namespace helio::net {
namespace {

struct Pipe {
    std::string bytes;
    std::size_t capacity = 0;
    bool ended = false;
    base::Event readable;
    base::Event writable;
};

// Later, never inline: the other end must not run inside a call of this one (as a kernel's socket would not either).
void notify_later(std::shared_ptr<Pipe> pipe, base::Event Pipe::* event) {
    auto* const executor = base::Executor::current_or_null();
    if (executor == nullptr) return ((*pipe).*event).notify();
    executor->post([pipe = std::move(pipe), event] { ((*pipe).*event).notify(); });
}

class MemoryTransport final : public Transport {
public:
    MemoryTransport(std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out, Endpoint peer, Endpoint local)
        : in_(std::move(in)), out_(std::move(out)), peer_(peer), local_(local) {}
    ~MemoryTransport() override {
        in_->ended = true;
        notify_later(in_, &Pipe::writable);
        MemoryTransport::shutdown_write();
    }

    IoStep try_read(std::span<char> into) override {
        if (in_->bytes.empty()) return {in_->ended ? Io::closed : Io::want_read, 0};
        const auto count = std::min(into.size(), in_->bytes.size());
        std::copy_n(in_->bytes.begin(), count, into.begin());
        in_->bytes.erase(0, count);
        notify_later(in_, &Pipe::writable);
        return {Io::done, count};
    }
    IoStep try_write(std::string_view bytes) override {
        if (out_->ended) return {Io::closed, 0};
        const auto room = out_->capacity - out_->bytes.size();
        if (room == 0) return {Io::want_write, 0};
        const auto count = std::min(room, bytes.size());
        out_->bytes.append(bytes.substr(0, count));
        notify_later(out_, &Pipe::readable);
        return {Io::done, count};
    }
    Task<bool> wait(Worker::Readiness readiness, SteadyTime deadline) override {
        const bool reading = readiness == Worker::Readiness::readable;
        auto pipe = reading ? in_ : out_;
        auto& event = reading ? pipe->readable : pipe->writable;
        auto& worker = Worker::current();
        nudged_ = false;
        // A remembered notify may be of bytes that were read since.
        const auto ready = [&] {
            return pipe->ended || (reading ? !pipe->bytes.empty() : pipe->bytes.size() < pipe->capacity);
        };
        while (!interrupted_ && !nudged_ && !ready()) {
            const bool notified = co_await worker.wait(event, deadline);
            if (!notified) break;
        }
        co_return ready() && !interrupted_ && !nudged_;
    }
    void interrupt() override {
        interrupted_ = true;
        notify_later(in_, &Pipe::readable);
        notify_later(out_, &Pipe::writable);
    }
    void nudge() override {
        nudged_ = true;
        notify_later(in_, &Pipe::readable);
    }
    void shutdown_write() override {
        out_->ended = true;
        notify_later(out_, &Pipe::readable);
    }
    const Endpoint& peer() const override { return peer_; }
    const Endpoint& local() const override { return local_; }
    const TlsInfo* tls() const override { return nullptr; }

private:
    std::shared_ptr<Pipe> in_;
    std::shared_ptr<Pipe> out_;
    Endpoint peer_;
    Endpoint local_;
    bool interrupted_ = false;
    bool nudged_ = false;
};

}  // namespace

MemoryPair memory_pair(std::size_t capacity) {
    auto up = std::make_shared<Pipe>();
    auto down = std::make_shared<Pipe>();
    up->capacity = down->capacity = capacity;
    const Endpoint client{*Address::parse("127.0.0.1"), 40000};
    const Endpoint server{*Address::parse("127.0.0.1"), 1};
    return {std::make_unique<MemoryTransport>(down, up, server, client),
            std::make_unique<MemoryTransport>(up, down, client, server)};
}

}  // namespace helio::net
