// WatchHub: who wants to hear of changes, and telling them. publish() is called by whoever's change became visible, on
// any worker; each watcher's function runs on its own worker. A thread is told once of what happened, however many of
// its sessions watch. Thread-safe, bounded: one event waits for each watched mailbox and a few for each watched user.
#pragma once

#include <memory>
#include <vector>

#include "common/base/metrics.h"
#include "common/base/result.h"
#include "store/mailbox/watch.h"

namespace helio::store {

struct WatchLimits {
    std::size_t watches = 200'000;
    std::size_t ranges = 256;            ///< in one set of an event
    std::size_t waiting_mailboxes = 64;  ///< events that wait on one thread for the watchers of one user
};

class WatchHub {
public:
    WatchHub(WatchLimits limits, base::Gauge& watches);

    /// `on_event` is called on the calling thread's executor. Errors: too_many.
    Result<Watch> watch_mailbox(MailboxId mailbox, OnMailboxEvent on_event);
    Result<Watch> watch_user(UserId user, OnMailboxEvent on_event);
    void publish(const std::vector<MailboxEvent>& events);

    /// Shared with the watches, so that one may be lost after the hub.
    struct Core;

private:
    Result<Watch> watch(MailboxId mailbox, UserId user, OnMailboxEvent on_event);

    std::shared_ptr<Core> core_;
};

}  // namespace helio::store
