// TextBudget: how many bytes of message text all LMTP sessions may hold at once, in memory and in files. A session
// takes before it keeps and gives back when the message has gone. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

namespace helio::store::lmtp {

class TextBudget {
public:
    explicit TextBudget(std::uint64_t limit_bytes) : limit_(limit_bytes) {}

    bool take(std::uint64_t bytes) {
        if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_) return true;
        give(bytes);
        return false;
    }
    void give(std::uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
    std::uint64_t used_bytes() const { return used_.load(std::memory_order_relaxed); }

private:
    const std::uint64_t limit_;
    std::atomic<std::uint64_t> used_ = 0;
};

}  // namespace helio::store::lmtp
