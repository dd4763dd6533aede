// SpoolBudget: how many bytes of message text all sessions of a daemon may hold at once, in memory and in files.
// A session takes before it stores and gives back when the message has gone. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

namespace helio::storage {

struct SpoolLimits {
    std::filesystem::path folder;                  ///< on it large messages live in unlinked files
    std::size_t message_memory_bytes = 256 << 10;  ///< a larger message goes to a file
    std::uint64_t memory_bytes = 256u << 20;       ///< all messages in memory together; then to files at once
    std::uint64_t file_bytes = 8ull << 30;         ///< all files together; then 452 4.3.1
};

class SpoolBudget {
public:
    explicit SpoolBudget(SpoolLimits limits) : limits_(std::move(limits)) {}
    const SpoolLimits& limits() const { return limits_; }

    bool take_memory(std::uint64_t bytes) { return take(memory_, bytes, limits_.memory_bytes); }
    void give_memory(std::uint64_t bytes) { memory_.fetch_sub(bytes, std::memory_order_relaxed); }
    bool take_file(std::uint64_t bytes) { return take(file_, bytes, limits_.file_bytes); }
    void give_file(std::uint64_t bytes) { file_.fetch_sub(bytes, std::memory_order_relaxed); }
    std::uint64_t memory_bytes() const { return memory_.load(std::memory_order_relaxed); }
    std::uint64_t file_bytes() const { return file_.load(std::memory_order_relaxed); }

private:
    static bool take(std::atomic<std::uint64_t>& used, std::uint64_t bytes, std::uint64_t limit) {
        if (used.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit) return true;
        used.fetch_sub(bytes, std::memory_order_relaxed);
        return false;
    }

    const SpoolLimits limits_;
    std::atomic<std::uint64_t> memory_ = 0;
    std::atomic<std::uint64_t> file_ = 0;
};

}  // namespace helio::storage
