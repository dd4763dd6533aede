#include "common/net/relay.h"

#include <array>

namespace helio::net {
namespace {

struct Shared {
    RelayLimits limits;
    SteadyTime last_activity = std::chrono::steady_clock::now();
    std::optional<RelayEnd> end;
    base::Event one_ended;
    int running = 2;

    SteadyTime deadline() const { return last_activity + limits.idle; }
    void touch() { last_activity = std::chrono::steady_clock::now(); }
    void set_end(RelayEnd reason) {
        if (!end) end = reason;
    }
};

// Waits in one direction; false when the relay is over for it. The other direction's traffic keeps both alive.
Task<bool> wait_for(Transport& transport, Io io, Shared& shared) {
    const auto readiness = io == Io::want_read ? Worker::Readiness::readable : Worker::Readiness::writable;
    for (;;) {
        const auto deadline = shared.deadline();
        const bool ready = co_await transport.wait(readiness, deadline);
        if (ready) co_return true;
        if (std::chrono::steady_clock::now() < deadline) {
            shared.set_end(RelayEnd::interrupted);
            co_return false;
        }
        if (shared.deadline() <= std::chrono::steady_clock::now()) {
            shared.set_end(RelayEnd::idle);
            co_return false;
        }
    }
}

// Writes all of `bytes`; what does not fit at once is kept in a buffer of this frame only while it is in flight.
Task<bool> write_all(Transport& to, std::string_view bytes, Shared& shared) {
    std::string held;
    for (;;) {
        const auto step = to.try_write(bytes);
        if (step.io == Io::done) {
            bytes.remove_prefix(step.bytes);
            shared.touch();
            if (bytes.empty()) co_return true;
            continue;
        }
        if (step.io == Io::closed || step.io == Io::failed) co_return false;
        if (held.empty()) {  // the bytes lie in the thread's buffer, which others use while we wait
            held = bytes;
            bytes = held;
        }
        const bool go_on = co_await wait_for(to, step.io, shared);
        if (!go_on) co_return false;
    }
}

std::span<char> relay_buffer(std::size_t most) {
    thread_local std::array<char, 64 * 1024> buffer;
    return std::span(buffer).first(std::min(most, buffer.size()));
}

Task<> pump(Transport& from, Transport& to, std::string first, Shared& shared, std::uint64_t& copied,
            RelayEnd end_of_from) {
    bool alive = true;
    if (!first.empty()) {
        copied += first.size();
        alive = co_await write_all(to, first, shared);
    }
    std::string().swap(first);
    while (alive) {
        const auto buffer = relay_buffer(shared.limits.buffer_bytes);
        const auto step = from.try_read(buffer);
        if (step.io == Io::done) {
            copied += step.bytes;
            alive = co_await write_all(to, {buffer.data(), step.bytes}, shared);
        } else if (step.io == Io::closed) {
            shared.set_end(end_of_from);
            to.shutdown_write();
            co_return;
        } else if (step.io == Io::failed) {
            break;
        } else {
            alive = co_await wait_for(from, step.io, shared);
        }
    }
    // This direction broke: the other one can't be of use any more.
    shared.set_end(RelayEnd::failed);
    from.interrupt();
    to.interrupt();
}

std::string take_buffered(Wire& wire) {
    std::string bytes(wire.buffered());
    wire.discard_read();
    return bytes;
}

}  // namespace

Task<RelayResult> relay(Wire& client, Wire& server, RelayLimits limits) {
    Shared shared;
    shared.limits = limits;
    RelayResult result;
    auto up = pump(client.transport(), server.transport(), take_buffered(client), shared, result.client_to_server_bytes,
                   RelayEnd::client_closed);
    auto down = pump(server.transport(), client.transport(), take_buffered(server), shared,
                     result.server_to_client_bytes, RelayEnd::server_closed);
    const auto ended = [&shared](std::exception_ptr) {
        if (--shared.running == 0) shared.one_ended.notify();
    };
    base::start(std::move(up), ended);
    base::start(std::move(down), ended);
    if (shared.running > 0) co_await shared.one_ended.wait();
    result.end = shared.end.value_or(RelayEnd::failed);
    co_return result;
}

}  // namespace helio::net
