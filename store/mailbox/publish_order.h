// PublishOrder: changes are told to the watchers in the order in which they were decided. Each is answered on its own
// session's worker, so a later one may come here first: it waits for those before it. Without that a watcher would take
// a MODSEQ for known whose changes it has not heard of (RFC 7162 §3.1: the client's HIGHESTMODSEQ).
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "store/mailbox/watch_hub.h"

namespace helio::store {

class PublishOrder {
public:
    explicit PublishOrder(WatchHub& hub) : hub_(hub) {}

    /// The change in `place` (from 1, each once) is durable with these events, or failed with none. 0: never decided.
    void ended(std::uint64_t place, std::vector<MailboxEvent> events) {
        if (place == 0) return;
        const std::lock_guard guard(lock_);  // held while publishing: what two publish keeps its order
        waiting_.emplace(place, std::move(events));
        for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_; ++next_) {
            hub_.publish(first->second);
            first = waiting_.erase(first);
        }
    }

private:
    WatchHub& hub_;
    std::mutex lock_;
    std::uint64_t next_ = 1;
    std::map<std::uint64_t, std::vector<MailboxEvent>> waiting_;
};

}  // namespace helio::store
