#include "store/mailbox/watch_hub.h"

#include <algorithm>
#include <map>

#include "store/mailbox/errc.h"

namespace helio::store {

/// One for all who watch, until one has more to be told than this.
using SharedEvent = std::shared_ptr<const MailboxEvent>;

struct Watch::State {
    std::shared_ptr<WatchHub::Core> core;
    base::Executor* home = nullptr;
    OnMailboxEvent on_event;
    MailboxId mailbox;  // of a mailbox watch
    UserId user;        // of a user watch
    bool alive = true;  // touched on home's thread only

    std::mutex lock;
    std::map<MailboxId, SharedEvent> waiting;
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
    std::map<MailboxId, SharedEvent> events;
    {
        const std::lock_guard guard(state->lock);
        events.swap(state->waiting);
        state->posted = false;
    }
    for (const auto& [mailbox, event] : events) {
        if (!state->alive) return;
        state->on_event(*event);
    }
}

/// Adds to what waits there; true when nobody was sent to hand it over yet.
bool add_to(Watch::State& state, const SharedEvent& event) {
    const auto& limits = state.core->limits;
    const std::lock_guard guard(state.lock);
    auto found = state.waiting.find(event->mailbox);
    if (found != state.waiting.end()) {
        auto merged = std::make_shared<MailboxEvent>(*found->second);
        merge(*merged, *event, limits.ranges);
        found->second = std::move(merged);
    } else if (state.waiting.size() < limits.waiting_mailboxes) {
        state.waiting.emplace(event->mailbox, event);
    } else {
        // Too many mailboxes changed at once: the first that waits stands for "look at everything".
        found = state.waiting.begin();
        auto all = std::make_shared<MailboxEvent>(*found->second);
        all->rescan = true;
        all->mailboxes_lost = true;
        found->second = std::move(all);
    }
    return !std::exchange(state.posted, true);
}

/// The same with sets that are not too large.
SharedEvent bounded(const MailboxEvent& event, std::size_t most_ranges) {
    auto result = std::make_shared<MailboxEvent>();
    result->mailbox = event.mailbox;
    merge(*result, event, most_ranges);
    return result;
}

/// Watchers to hand over to, by their thread: one post for all of a thread.
using Woken = std::unordered_map<base::Executor*, WatchHub::Watchers>;

void tell(const WatchHub::Watchers& listeners, const SharedEvent& event, Woken& woken) {
    for (const auto& listener : listeners)
        if (add_to(*listener, event)) woken[listener->home].push_back(listener);
}

void hand_over_all(Woken woken) {
    for (auto& [home, states] : woken)
        home->post([here = std::move(states)] {
            for (const auto& state : here) hand_over(state);
        });
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
    Woken woken;
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
        if (!listeners.empty()) tell(listeners, bounded(event, core_->limits.ranges), woken);
    }
    hand_over_all(std::move(woken));
}

}  // namespace helio::store
