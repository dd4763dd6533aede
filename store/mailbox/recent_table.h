// RecentTable: from which UID on the messages of a mailbox are \Recent (RFC 3501 §2.3.2): no session has been told of
// them. In memory only; bounded, the forgotten count as told. Thread-safe.
#pragma once

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "store/mailbox/watch.h"

namespace helio::store {

class RecentTable {
public:
    void arrived(const std::vector<MailboxEvent>& events) {
        const std::lock_guard guard(lock_);
        for (const auto& event : events) {
            const auto first = event.appended.front();
            if (!first) continue;
            if (const auto known = first_recent_.find(event.mailbox); known != first_recent_.end()) {
                known->second = std::min(known->second, *first);  // an earlier change may be told of later
                continue;
            }
            make_room();
            first_recent_[event.mailbox] = *first;
        }
    }
    Uid claim(MailboxId mailbox, Uid uid_next, bool claim) {
        const std::lock_guard guard(lock_);
        const auto found = first_recent_.find(mailbox);
        if (found == first_recent_.end()) return uid_next;
        const auto first = found->second;
        if (claim) first_recent_.erase(found);
        return first;
    }

private:
    static constexpr std::size_t most = 100'000;
    void make_room() {
        if (first_recent_.size() >= most) first_recent_.erase(first_recent_.begin());
    }

    std::mutex lock_;
    std::unordered_map<MailboxId, Uid> first_recent_;  // no entry: nothing is recent
};

}  // namespace helio::store
