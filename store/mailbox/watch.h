// Watch: a session's subscription to changes of one mailbox or of all of a user's (IDLE, NOTIFY, POP, gRPC).
// After a change is durable and visible, the watcher's function is called on the worker where watch() was called.
// Events that come while one waits to be taken are merged, so a watch costs bounded memory however busy the mailbox is.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/mailbox/ids.h"
#include "store/mailbox/uid_set.h"

namespace helio::store {

/// An annotation that got, changed or lost its value (RFC 5464).
struct ChangedAnnotation {
    UserId user;             ///< whose own it is; 0: everybody's
    bool of_server = false;  ///< not of the mailbox: MailboxEvent::mailbox is the user's INBOX then
    std::string name;
    bool operator==(const ChangedAnnotation&) const = default;
};

/// What happened in one mailbox since the last event of this watch. Sets hold at most WatchHub's number of ranges;
/// beyond that `rescan` says that they are not complete: compare with a fresh read.
struct MailboxEvent {
    MailboxId mailbox;
    UidSet appended;
    UidSet flags_changed;
    UidSet expunged;
    ModSeq modseq;                  ///< at least this is visible
    bool keywords_changed = false;  ///< the keyword table grew
    bool mailbox_changed = false;   ///< created, renamed, deleted, special use changed
    bool acl_changed = false;       ///< who may do what there
    std::vector<ChangedAnnotation> annotations;
    bool annotations_lost = false;  ///< `annotations` is not complete
    // Of a user; mailbox is the INBOX's id then.
    bool subscriptions_changed = false;
    bool shares_changed = false;  ///< what another user shares with this one by name
    bool rescan = false;
    bool mailboxes_lost = false;  ///< more happened in other mailboxes of the user (a watch of all of them)
};
using OnMailboxEvent = std::function<void(const MailboxEvent& event)>;

/// Losing it ends the watch: the function is not called any more. Made, used and lost on one worker.
class Watch {
public:
    Watch() = default;
    Watch(Watch&&) noexcept = default;
    Watch& operator=(Watch&& other) noexcept;
    ~Watch();
    explicit operator bool() const { return state_ != nullptr; }

    struct State;
    explicit Watch(std::shared_ptr<State> state) : state_(std::move(state)) {}

private:
    std::shared_ptr<State> state_;
};

}  // namespace helio::store
