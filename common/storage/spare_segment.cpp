#include "common/storage/spare_segment.h"

#include <algorithm>
#include <string>

#include <fcntl.h>

namespace helio::storage {
namespace {
constexpr std::uint64_t part_bytes = 1u << 20;
constexpr std::uint64_t synced_bytes = 4u << 20;  ///< little waits in memory, so the log's own writes are not held up
constexpr std::uint64_t room_segments = 4;        ///< no spare when the disk has room for fewer
}  // namespace

SpareSegment::SpareSegment(Io& io, std::filesystem::path folder, std::uint64_t bytes)
    : io_(io), folder_(std::move(folder)), path_(folder_ / "spare.tmp"), bytes_(bytes), thread_([this] { run(); }) {}

SpareSegment::~SpareSegment() {
    {
        const std::lock_guard guard(lock_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

void SpareSegment::want() {
    {
        const std::lock_guard guard(lock_);
        if (state_ != State::none) return;
        state_ = State::wanted;
    }
    changed_.notify_all();
}

std::optional<std::filesystem::path> SpareSegment::take() {
    const std::lock_guard guard(lock_);
    if (state_ == State::failed) state_ = State::none;  // one try per segment
    if (state_ != State::ready) return std::nullopt;
    state_ = State::none;
    return path_;
}

bool SpareSegment::is_stopping() {
    const std::lock_guard guard(lock_);
    return stopping_;
}

void SpareSegment::run() {
    std::unique_lock guard(lock_);
    for (;;) {
        changed_.wait(guard, [this] { return stopping_ || state_ == State::wanted; });
        if (stopping_) return;
        guard.unlock();
        const bool made = make();
        guard.lock();
        state_ = made ? State::ready : State::failed;
    }
}

bool SpareSegment::make() {
    const auto free = io_.free_bytes(folder_);
    if (!free || *free < room_segments * bytes_) return false;
    const auto file = File::open(io_, path_, O_RDWR | O_CREAT | O_TRUNC);
    if (!file || !file->allocate(bytes_)) return false;
    const std::string zeroes(static_cast<std::size_t>(std::min(part_bytes, bytes_)), '\0');
    for (std::uint64_t at = 0; at < bytes_; at += zeroes.size()) {
        const auto part = std::min<std::uint64_t>(zeroes.size(), bytes_ - at);
        if (is_stopping() || !file->write(std::string_view(zeroes).substr(0, part), at)) return false;
        const bool full = (at + part) % synced_bytes == 0;
        if (full && !file->sync()) return false;
    }
    return file->sync().has_value();
}

}  // namespace helio::storage
