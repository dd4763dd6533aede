#include "common/storage/zero_ahead.h"

#include <algorithm>
#include <string>

#include <fcntl.h>

#include "common/storage/codec.h"

namespace helio::storage {
namespace {
constexpr std::uint64_t ahead_bytes = 8u << 20;
constexpr std::uint64_t part_bytes = 1u << 20;
constexpr std::uint64_t page_bytes = 4096;
}  // namespace

ZeroAhead::~ZeroAhead() {
    {
        const std::lock_guard guard(lock_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void ZeroAhead::follow(const std::filesystem::path& path, std::uint64_t written, std::uint64_t size) {
    auto file = File::open(io_, path, O_WRONLY);
    {
        std::unique_lock guard(lock_);
        changed_.wait(guard, [this] { return writing_to_ == 0; });
        file_ = file ? std::move(*file) : File();
        size_ = size;
        claimed_ = written;
        zeroed_ = round_up(written, page_bytes);
    }
    changed_.notify_all();
}

void ZeroAhead::leave() {
    std::unique_lock guard(lock_);
    changed_.wait(guard, [this] { return writing_to_ == 0; });
    file_ = File();
}

void ZeroAhead::claim(std::uint64_t end) {
    {
        std::unique_lock guard(lock_);
        // The write in flight ends before long; the writer comes this near only when it is faster than the zeroes.
        changed_.wait(guard, [&] { return writing_to_ == 0 || end <= zeroed_; });
        claimed_ = std::max(claimed_, end);
        zeroed_ = std::max(zeroed_, round_up(claimed_, page_bytes));
        if (!work_waits()) return;
    }
    changed_.notify_all();
}

bool ZeroAhead::work_waits() const {
    // Half of the distance at once: a wake-up per batch would cost more than it saves.
    return file_.is_open() && zeroed_ < size_ && zeroed_ < claimed_ + ahead_bytes / 2;
}

void ZeroAhead::run() {
    const std::string zeroes(part_bytes, '\0');
    std::unique_lock guard(lock_);
    for (;;) {
        changed_.wait(guard, [this] { return stopping_ || work_waits(); });
        const auto goal = std::min(size_, round_up(claimed_ + ahead_bytes, page_bytes));
        while (!stopping_ && file_.is_open() && zeroed_ < goal) {
            const auto from = zeroed_;
            const auto part = std::min(part_bytes, size_ - from);
            writing_to_ = from + part;
            guard.unlock();
            const auto written = file_.write(std::string_view(zeroes).substr(0, part), from);
            guard.lock();
            writing_to_ = 0;
            if (written) zeroed_ = std::max(zeroed_, from + part);
            if (!written) file_ = File();  // a full or broken disk: the log writer finds out by itself
            changed_.notify_all();
        }
        if (stopping_) return;
    }
}

}  // namespace helio::storage
