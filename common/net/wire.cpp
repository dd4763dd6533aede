#include "common/net/wire.h"

#include <array>
#include <cstring>

namespace helio::net {
namespace {

// Reading goes through one buffer per thread, so that idle sessions hold none.
std::span<char> read_buffer() {
    thread_local std::array<char, 64 * 1024> buffer;
    return buffer;
}

bool is_clean(std::string_view line, LineRule rule) {
    if (std::memchr(line.data(), '\0', line.size()) != nullptr) return false;
    return rule == LineRule::crlf_or_lf || std::memchr(line.data(), '\r', line.size()) == nullptr;
}

constexpr std::size_t most_discarded_bytes = 1 << 20;
constexpr std::size_t most_kept_bytes = 4096;  // of a buffer, while the session waits

}  // namespace

Wire::Wire(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {}

Error Wire::stopped(SteadyTime deadline) const {
    if (!interrupted_ && deadline <= std::chrono::steady_clock::now()) return {make_error_code(errc::timed_out), {}};
    return {make_error_code(errc::cancelled), {}};
}

void Wire::drop_consumed() {
    at_ += std::exchange(consumed_, 0);
    if (at_ == in_.size()) {
        in_.clear();
        at_ = 0;
    } else if (at_ > 32 * 1024) {
        in_.erase(0, std::exchange(at_, 0));
    }
}

// One read without waiting; 0 when nothing is there.
Result<std::size_t> Wire::fill_now() {
    const auto buffer = read_buffer();
    const auto step = transport_->try_read(buffer);
    switch (step.io) {
        case Io::done:
            in_.append(buffer.data(), step.bytes);
            bytes_in_ += step.bytes;
            return step.bytes;
        case Io::closed:
            return fail(errc::closed);
        case Io::failed:
            return fail(errc::io);
        case Io::want_read:
        case Io::want_write:
            return std::size_t{0};
    }
    return fail(errc::io);
}

// Waits for at least one more byte.
Task<Result<>> Wire::fill(SteadyTime deadline) {
    for (;;) {
        if (interrupted_) co_return fail(errc::cancelled);
        const auto got = transport_->is_drained() ? Result<std::size_t>(0) : fill_now();
        if (!got) co_return fail(got.error());
        if (*got > 0) co_return {};
        if (in_.empty()) std::string().swap(in_);  // an idle session holds no buffer
        const bool ready = co_await transport_->wait(Worker::Readiness::readable, deadline);
        if (!ready) co_return fail(stopped(deadline));
    }
}

Task<Result<>> Wire::skip_line(SteadyTime deadline) {
    for (;;) {
        const auto end = in_.find('\n', at_);
        if (end != std::string::npos) {
            at_ = end + 1;
            co_return {};
        }
        at_ = 0;
        in_.clear();
        auto filled = co_await fill(deadline);
        if (!filled) co_return fail(filled.error());
    }
}

Task<Result<std::string_view>> Wire::read_line(std::size_t limit, SteadyTime deadline, LineRule rule) {
    drop_consumed();
    std::size_t searched = 0;
    for (;;) {
        const auto end = in_.find('\n', at_ + searched);
        if (end != std::string::npos) {
            const bool crlf = end > at_ && in_[end - 1] == '\r';
            const std::string_view line(in_.data() + at_, end - at_ - (crlf ? 1 : 0));
            consumed_ = end + 1 - at_;
            if (line.size() > limit) co_return fail(errc::line_too_long);
            if (!is_clean(line, rule) || (rule == LineRule::crlf_strict && !crlf)) co_return fail(errc::bad_line);
            co_return line;
        }
        searched = in_.size() - at_;
        if (searched > limit + 1) {
            auto skipped = co_await skip_line(deadline);
            if (!skipped) co_return fail(skipped.error());
            co_return fail(errc::line_too_long);
        }
        auto filled = co_await fill(deadline);
        if (!filled) co_return fail(filled.error());
    }
}

Task<Result<>> Wire::read_exactly(std::size_t count, std::string& into, SteadyTime deadline) {
    drop_consumed();
    while (count > 0) {
        if (at_ == in_.size()) {
            auto filled = co_await fill(deadline);
            if (!filled) co_return fail(filled.error());
        }
        const auto take = std::min(count, in_.size() - at_);
        into.append(in_, at_, take);
        count -= take;
        consumed_ = take;
        drop_consumed();
    }
    co_return {};
}

Task<Result<std::string_view>> Wire::read_some(std::size_t most, SteadyTime deadline) {
    drop_consumed();
    if (at_ == in_.size()) {
        auto filled = co_await fill(deadline);
        if (!filled) co_return fail(filled.error());
    }
    consumed_ = std::min(most, in_.size() - at_);
    co_return std::string_view(in_.data() + at_, consumed_);
}

void Wire::unread(std::size_t count) { consumed_ -= std::min(count, consumed_); }

std::string_view Wire::buffered() const {
    const auto from = at_ + consumed_;
    return {in_.data() + from, in_.size() - from};
}

void Wire::discard_buffered() {
    std::size_t dropped = 0;
    do {
        in_.clear();
        at_ = consumed_ = 0;
        const auto got = fill_now();
        if (!got || *got == 0) return;
        dropped += *got;
    } while (dropped < most_discarded_bytes);
    in_.clear();
}

void Wire::discard_read() {
    std::string().swap(in_);
    at_ = consumed_ = 0;
}

bool Wire::has_input() {
    if (!buffered().empty()) return true;
    const auto got = fill_now();
    return !got || *got > 0;
}

void Wire::queue(std::string_view bytes) { out_.append(bytes); }

void Wire::queue_all(std::string& bytes) {
    if (out_.empty() && bytes.size() <= most_kept_bytes) {
        out_.swap(bytes);
    } else {
        out_.append(bytes);
    }
    bytes.clear();
}

Task<Result<>> Wire::flush(SteadyTime deadline) {
    while (written_ < out_.size()) {
        if (interrupted_) co_return fail(errc::cancelled);
        const auto step = transport_->try_write(std::string_view(out_).substr(written_));
        if (step.io == Io::done) {
            written_ += step.bytes;
            bytes_out_ += step.bytes;
            continue;
        }
        if (step.io == Io::closed) co_return fail(errc::closed);
        if (step.io == Io::failed) co_return fail(errc::io);
        const auto direction = step.io == Io::want_read ? Worker::Readiness::readable : Worker::Readiness::writable;
        const bool ready = co_await transport_->wait(direction, deadline);
        if (!ready) co_return fail(stopped(deadline));
    }
    written_ = 0;
    if (out_.capacity() > most_kept_bytes)
        std::string().swap(out_);
    else
        out_.clear();
    co_return {};
}

Task<Result<>> Wire::write(std::string_view bytes, SteadyTime deadline) {
    queue(bytes);
    return flush(deadline);
}

Task<bool> Wire::wait_input(SteadyTime deadline) {
    drop_consumed();
    if (std::exchange(woken_, false) || interrupted_) co_return false;
    for (;;) {
        // Readiness alone may be a part of a TLS record.
        if (!buffered().empty() || (!transport_->is_drained() && has_input())) co_return true;
        if (in_.empty()) std::string().swap(in_);
        waiting_input_ = true;
        const bool ready = co_await transport_->wait(Worker::Readiness::readable, deadline);
        waiting_input_ = false;
        const bool woken = std::exchange(woken_, false);
        if (!ready || woken) co_return false;
    }
}

void Wire::wake() {
    woken_ = true;
    if (waiting_input_) transport_->nudge();
}

Task<Result<>> Wire::await_command(SteadyTime deadline) {
    if (winding_down_) co_return fail(errc::cancelled, "winding down");
    awaiting_command_ = true;
    const bool input = co_await wait_input(deadline);
    awaiting_command_ = false;
    if (input) co_return {};
    if (winding_down_) co_return fail(errc::cancelled, "winding down");
    co_return fail(stopped(deadline));
}

void Wire::wind_down() {
    winding_down_ = true;
    if (awaiting_command_) wake();
}

void Wire::start_deflate() {
    discard_read();
    transport_ = deflated(std::move(transport_));
}

void Wire::interrupt() {
    interrupted_ = true;
    transport_->interrupt();
}

Task<Result<>> Wire::start_tls_server(std::shared_ptr<const TlsContext> context, SteadyTime deadline) {
    auto secured = co_await tls_accept(std::move(transport_), std::move(context), deadline);
    if (!secured) {
        transport_ = std::move(memory_pair(1).client);  // nothing can be said to this peer any more
        co_return fail(secured.error());
    }
    transport_ = std::move(*secured);
    co_return {};
}

Task<Result<>> Wire::start_tls_client(std::shared_ptr<const TlsContext> context, std::string name,
                                      SteadyTime deadline) {
    auto secured = co_await tls_connect(std::move(transport_), std::move(context), std::move(name), deadline);
    if (!secured) {
        transport_ = std::move(memory_pair(1).client);
        co_return fail(secured.error());
    }
    transport_ = std::move(*secured);
    co_return {};
}

}  // namespace helio::net
