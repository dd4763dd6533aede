// WatchHub: who wants to hear of changes, and telling them. publish() is called by whoever's change became visible, on
// any worker; each watcher's function runs on its own worker. Thread-safe, bounded: one event per mailbox waits per
// watch.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "common/base/executor.h"
#include "common/base/metrics.h"
#include "common/base/result.h"
#include "store/mailbox/watch.h"

namespace helio::store {

struct WatchLimits {
    std::size_t watches = 200'000;
    std::size_t ranges = 256;            ///< in one set of an event
    std::size_t waiting_mailboxes = 64;  ///< events that wait in one watch of a user
};

class WatchHub {
public:
    WatchHub(WatchLimits limits, base::Gauge& watches) : core_(std::make_shared<Core>(limits, watches)) {}

    /// `on_event` is called on the calling thread's executor. Errors: too_many.
    Result<Watch> watch_mailbox(MailboxId mailbox, OnMailboxEvent on_event);
    Result<Watch> watch_user(UserId user, OnMailboxEvent on_event);
    void publish(const std::vector<MailboxEvent>& events);

    using Watchers = std::vector<std::shared_ptr<Watch::State>>;
    /// Shared with the watches, so that one may be lost after the hub.
    struct Core {
        Core(WatchLimits its_limits, base::Gauge& its_gauge) : limits(its_limits), gauge(its_gauge) {}
        const WatchLimits limits;
        base::Gauge& gauge;
        std::atomic<std::size_t> count = 0;
        std::mutex lock;
        std::unordered_map<MailboxId, Watchers> by_mailbox;
        std::unordered_map<UserId, Watchers> by_user;
    };

private:
    std::shared_ptr<Core> core_;
};

}  // namespace helio::store
