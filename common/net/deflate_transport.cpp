// DeflateTransport: DEFLATE over any Transport, for IMAP's COMPRESS (RFC 4978): raw deflate, flushed with each write.
// Bounded: inflating stops when the reader's buffer is full, so a bomb costs its reader's own limits; deflating stops
// while the last step's bytes are not sent. zlib's memory is taken at the first use: 40 KiB to read, 33 to write.
#include <algorithm>
#include <array>

#include <zlib.h>

#include "common/net/transport.h"

namespace helio::net {
namespace {

constexpr std::size_t step_bytes = 16 * 1024;  // plain text deflated at a time
constexpr std::size_t input_bytes = 4 * 1024;  // compressed text read at a time
constexpr int read_window_bits = -15;          // raw; the sender may use all of it
constexpr int write_window_bits = -12;         // 4 KiB: with memory level 5 a quarter of zlib's default memory
constexpr int write_memory_level = 5;
constexpr int write_level = 3;

/// A z_stream that is set up at its first use.
class Inflater {
public:
    ~Inflater() {
        if (ready_) ::inflateEnd(&stream_);
    }
    enum class State { going, ended, broken };
    /// Inflates from `in`, which it shortens, into `into`; how many bytes were written.
    std::size_t step(std::string_view& in, std::span<char> into) {
        if (!ready_ && ::inflateInit2(&stream_, read_window_bits) != Z_OK) {
            state_ = State::broken;  // no memory
            return 0;
        }
        ready_ = true;
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
        stream_.avail_in = static_cast<uInt>(in.size());
        stream_.next_out = reinterpret_cast<Bytef*>(into.data());
        stream_.avail_out = static_cast<uInt>(into.size());
        const int result = ::inflate(&stream_, Z_SYNC_FLUSH);
        in.remove_prefix(in.size() - stream_.avail_in);
        if (result == Z_STREAM_END)
            state_ = State::ended;
        else if (result != Z_OK && result != Z_BUF_ERROR)
            state_ = State::broken;
        return into.size() - stream_.avail_out;
    }
    State state() const { return state_; }

private:
    z_stream stream_{};
    bool ready_ = false;
    State state_ = State::going;
};

class Deflater {
public:
    ~Deflater() {
        if (ready_) ::deflateEnd(&stream_);
    }
    /// Appends `plain`, deflated, to `out`; all that was given comes out when `flush`. False when there is no memory.
    bool step(std::string_view plain, bool flush, std::string& out) {
        if (!ready_ && ::deflateInit2(&stream_, write_level, Z_DEFLATED, write_window_bits, write_memory_level,
                                      Z_DEFAULT_STRATEGY) != Z_OK)
            return false;
        ready_ = true;
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
        stream_.avail_in = static_cast<uInt>(plain.size());
        std::array<char, input_bytes> buffer;
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
            stream_.avail_out = static_cast<uInt>(buffer.size());
            if (::deflate(&stream_, flush ? Z_SYNC_FLUSH : Z_NO_FLUSH) == Z_STREAM_ERROR) return false;
            out.append(buffer.data(), buffer.size() - stream_.avail_out);
        } while (stream_.avail_out == 0);
        return true;
    }

private:
    z_stream stream_{};
    bool ready_ = false;
};

class DeflateTransport final : public Transport {
public:
    explicit DeflateTransport(std::unique_ptr<Transport> plain) : plain_(std::move(plain)) {}

    IoStep try_read(std::span<char> into) override {
        for (;;) {
            if (inflater_.state() == Inflater::State::ended) return {Io::closed, 0};
            if (inflater_.state() == Inflater::State::broken) return {Io::failed, 0};
            // Also without input: the last step may have stopped for a full buffer.
            std::string_view rest = held_;
            const auto got = inflater_.step(rest, into);
            drop_held(rest);
            if (got > 0) return {Io::done, got};
            if (!held_.empty() || inflater_.state() != Inflater::State::going) continue;
            const auto step = read_more();
            if (step.io != Io::done) return step;
        }
    }

    IoStep try_write(std::string_view bytes) override {
        // As with TLS, what was deflated but not sent is counted only when the caller comes back with the same bytes.
        if (deflated_ == 0) {
            deflated_ = std::min(bytes.size(), step_bytes);
            if (!deflater_.step(bytes.substr(0, deflated_), deflated_ == bytes.size(), unsent_)) return {Io::failed, 0};
        }
        while (sent_ < unsent_.size()) {
            const auto step = plain_->try_write(std::string_view(unsent_).substr(sent_));
            if (step.io != Io::done) return step;
            sent_ += step.bytes;
        }
        std::string().swap(unsent_);
        sent_ = 0;
        return {Io::done, std::exchange(deflated_, 0)};
    }

    Task<bool> wait(Worker::Readiness readiness, SteadyTime deadline) override {
        return plain_->wait(readiness, deadline);
    }
    void interrupt() override { plain_->interrupt(); }
    void nudge() override { plain_->nudge(); }
    void shutdown_write() override { plain_->shutdown_write(); }
    const Endpoint& peer() const override { return plain_->peer(); }
    const Endpoint& local() const override { return plain_->local(); }
    const TlsInfo* tls() const override { return plain_->tls(); }

private:
    IoStep read_more() {
        std::array<char, input_bytes> buffer;
        const auto step = plain_->try_read(buffer);
        if (step.io == Io::done) held_.assign(buffer.data(), step.bytes);
        return step;
    }
    void drop_held(std::string_view rest) {
        if (rest.empty())
            std::string().swap(held_);  // an idle session holds no buffer
        else
            held_.erase(0, held_.size() - rest.size());
    }

    std::unique_ptr<Transport> plain_;
    Inflater inflater_;
    Deflater deflater_;
    std::string held_;    // compressed bytes that came and are not inflated yet; at most input_bytes
    std::string unsent_;  // compressed bytes of the step under way; [sent_, size) is still to be sent
    std::size_t sent_ = 0;
    std::size_t deflated_ = 0;  // plain bytes of that step; 0: none under way
};

}  // namespace

std::unique_ptr<Transport> deflated(std::unique_ptr<Transport> plain) {
    return std::make_unique<DeflateTransport>(std::move(plain));
}

}  // namespace helio::net
