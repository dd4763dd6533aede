#include "store/mailbox/watch_hub.h"

#include <algorithm>
#include <map>

#include "store/mailbox/errc.h"

namespace helio::store {

struct Watch::State {
    std::shared_ptr<WatchHub::Core> core;
    base::Executor* home = nullptr;
    OnMailboxEvent on_event;
    MailboxId mailbox;  // of a mailbox watch
    UserId user;        // of a user watch
    bool alive = true;  // touched on home's thread only

    std::mutex lock;
    std::map<MailboxId, MailboxEvent> waiting;
    bool posted = false;
};

namespace {

void merge_set(UidSet& into, const UidSet& more, std::size_t most, bool& rescan) {
    if (more.empty()) return;
    into.add(more);
    if (into.ranges().size() <= most) return;
    into = {};
    rescan = true;
}

void merge_annotations(MailboxEvent& into, const MailboxEvent& more, std::size_t most) {
    into.annotations_lost = into.annotations_lost || more.annotations_lost;
    for (const auto& one : more.annotations) {
        if (std::ranges::find(into.annotations, one) != into.annotations.end()) continue;
        if (into.annotations.size() < most) {
            into.annotations.push_back(one);
        } else {
            into.annotations_lost = true;
        }
    }
}

void merge(MailboxEvent& into, const MailboxEvent& more, std::size_t most_ranges) {
    into.modseq = std::max(into.modseq, more.modseq);
    into.keywords_changed = into.keywords_changed || more.keywords_changed;
    into.mailbox_changed = into.mailbox_changed || more.mailbox_changed;
    into.acl_changed = into.acl_changed || more.acl_changed;
    into.subscriptions_changed = into.subscriptions_changed || more.subscriptions_changed;
    into.shares_changed = into.shares_changed || more.shares_changed;
    into.rescan = into.rescan || more.rescan;
    into.mailboxes_lost = into.mailboxes_lost || more.mailboxes_lost;
    merge_annotations(into, more, most_ranges);
    merge_set(into.appended, more.appended, most_ranges, into.rescan);
    merge_set(into.flags_changed, more.flags_changed, most_ranges, into.rescan);
    merge_set(into.expunged, more.expunged, most_ranges, into.rescan);
}

/// On the watcher's own thread.
void hand_over(const std::shared_ptr<Watch::State>& state) {
    std::map<MailboxId, MailboxEvent> events;
    {
        const std::lock_guard guard(state->lock);
        events.swap(state->waiting);
        state->posted = false;
    }
    for (const auto& [mailbox, event] : events) {
        if (!state->alive) return;
        state->on_event(event);
    }
}

void tell(const std::shared_ptr<Watch::State>& state, const MailboxEvent& event) {
    const auto& limits = state->core->limits;
    {
        const std::lock_guard guard(state->lock);
        auto found = state->waiting.find(event.mailbox);
        if (found == state->waiting.end() && state->waiting.size() >= limits.waiting_mailboxes) {
            // Too many mailboxes changed at once: the first that waits stands for "look at everything".
            found = state->waiting.begin();
            found->second.rescan = true;
            found->second.mailboxes_lost = true;
        } else {
            if (found == state->waiting.end()) found = state->waiting.try_emplace(event.mailbox).first;
            found->second.mailbox = event.mailbox;
            merge(found->second, event, limits.ranges);
        }
        if (state->posted) return;
        state->posted = true;
    }
    state->home->post([state] { hand_over(state); });
}

template <class Key>
void forget(std::unordered_map<Key, WatchHub::Watchers>& watchers, Key key, const Watch::State* state) {
    const auto found = watchers.find(key);
    if (found == watchers.end()) return;
    std::erase_if(found->second, [&](const auto& other) { return other.get() == state; });
    if (found->second.empty()) watchers.erase(found);
}

void end_watch(const std::shared_ptr<Watch::State>& state) {
    if (!state) return;
    state->alive = false;
    auto& core = *state->core;
    const std::lock_guard guard(core.lock);
    if (state->user.value != 0) {
        forget(core.by_user, state->user, state.get());
    } else {
        forget(core.by_mailbox, state->mailbox, state.get());
    }
    --core.count;
    core.gauge.add(-1);
}

Result<std::shared_ptr<Watch::State>> make_state(const std::shared_ptr<WatchHub::Core>& core, OnMailboxEvent on_event) {
    if (core->count >= core->limits.watches) return fail(errc::too_many, "watches");
    ++core->count;
    core->gauge.add(1);
    auto state = std::make_shared<Watch::State>();
    state->core = core;
    state->home = &base::Executor::current();
    state->on_event = std::move(on_event);
    return state;
}

}  // namespace

Watch& Watch::operator=(Watch&& other) noexcept {
    if (this != &other) {
        end_watch(state_);
        state_ = std::move(other.state_);
    }
    return *this;
}

Watch::~Watch() { end_watch(state_); }

Result<Watch> WatchHub::watch_mailbox(MailboxId mailbox, OnMailboxEvent on_event) {
    const std::lock_guard guard(core_->lock);
    const auto state = make_state(core_, std::move(on_event));
    if (!state) return fail(state.error());
    (*state)->mailbox = mailbox;
    core_->by_mailbox[mailbox].push_back(*state);
    return Watch(*state);
}

Result<Watch> WatchHub::watch_user(UserId user, OnMailboxEvent on_event) {
    const std::lock_guard guard(core_->lock);
    const auto state = make_state(core_, std::move(on_event));
    if (!state) return fail(state.error());
    (*state)->user = user;
    core_->by_user[user].push_back(*state);
    return Watch(*state);
}

void WatchHub::publish(const std::vector<MailboxEvent>& events) {
    if (events.empty() || core_->count == 0) return;
    Watchers listeners;
    for (const auto& event : events) {
        listeners.clear();
        {
            const std::lock_guard guard(core_->lock);
            const auto at_mailbox = core_->by_mailbox.find(event.mailbox);
            if (at_mailbox != core_->by_mailbox.end()) listeners = at_mailbox->second;
            const auto at_user = core_->by_user.find(event.mailbox.owner());
            if (at_user != core_->by_user.end()) {
                listeners.insert(listeners.end(), at_user->second.begin(), at_user->second.end());
            }
        }
        for (const auto& listener : listeners) tell(listener, event);
    }
}

}  // namespace helio::store
