#include "store/mailbox/watch_hub.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <unordered_map>

#include "common/base/executor.h"
#include "store/mailbox/errc.h"

namespace helio::store {

namespace {

/// One for all who watch, until one thread has more to be told than this.
using SharedEvent = std::shared_ptr<const MailboxEvent>;
using Events = std::map<MailboxId, SharedEvent>;

/// The watchers of one thread, and what waits for them. That thread alone adds and removes watchers, under the hub's
/// lock, and so it may read them without.
struct Audience {
    using Watchers = std::vector<Watch::State*>;

    explicit Audience(base::Executor& its_home) : home(its_home) {}

    bool empty() const { return by_mailbox.empty() && by_user.empty(); }
    bool listens(MailboxId mailbox) const { return by_mailbox.contains(mailbox) || by_user.contains(mailbox.owner()); }

    base::Executor& home;
    std::unordered_map<MailboxId, Watchers> by_mailbox;
    std::unordered_map<UserId, Watchers> by_user;

    // What waits, under the lock.
    Events at_mailboxes;
    std::map<UserId, Events> at_users;
    bool posted = false;

    // Of its own thread: whose watch ended while they are told stays until all were.
    bool telling = false;
    std::vector<std::shared_ptr<Watch::State>> ended;
};

}  // namespace

struct WatchHub::Core {
    Core(WatchLimits its_limits, base::Gauge& its_gauge) : limits(its_limits), gauge(its_gauge) {}

    const WatchLimits limits;
    base::Gauge& gauge;
    std::atomic<std::size_t> count = 0;
    std::mutex lock;
    std::vector<std::shared_ptr<Audience>> audiences;
};

struct Watch::State {
    std::shared_ptr<WatchHub::Core> core;
    std::shared_ptr<Audience> audience;
    OnMailboxEvent on_event;
    MailboxId mailbox;  // of a mailbox watch
    UserId user;        // of a user watch
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

void merge_into(SharedEvent& waiting, const SharedEvent& event, std::size_t most_ranges) {
    auto merged = std::make_shared<MailboxEvent>(*waiting);
    merge(*merged, *event, most_ranges);
    waiting = std::move(merged);
}

/// The same with sets that are not too large.
SharedEvent bounded(const MailboxEvent& event, std::size_t most_ranges) {
    auto result = std::make_shared<MailboxEvent>();
    result->mailbox = event.mailbox;
    merge(*result, event, most_ranges);
    return result;
}

void add_for_mailbox(Events& waiting, const SharedEvent& event, const WatchLimits& limits) {
    const auto [place, is_first] = waiting.emplace(event->mailbox, event);
    if (!is_first) merge_into(place->second, event, limits.ranges);
}

void add_for_user(Events& waiting, const SharedEvent& event, const WatchLimits& limits) {
    if (waiting.contains(event->mailbox) || waiting.size() < limits.waiting_mailboxes)
        return add_for_mailbox(waiting, event, limits);
    // Too many mailboxes changed at once: the first that waits stands for "look at everything".
    auto all = std::make_shared<MailboxEvent>(*waiting.begin()->second);
    all->modseq = std::max(all->modseq, event->modseq);
    all->subscriptions_changed = all->subscriptions_changed || event->subscriptions_changed;
    all->shares_changed = all->shares_changed || event->shares_changed;
    all->rescan = true;
    all->mailboxes_lost = true;
    waiting.begin()->second = std::move(all);
}

/// Each of `watchers` who is there when it begins; one that ends meanwhile leaves an empty place.
void tell(const Audience::Watchers& watchers, const MailboxEvent& event) {
    const auto count = watchers.size();
    for (std::size_t i = 0; i < count; ++i)
        if (watchers[i]) watchers[i]->on_event(event);
}

template <class Key>
void forget(std::unordered_map<Key, Audience::Watchers>& watchers, Key key, const Watch::State* state) {
    const auto found = watchers.find(key);
    if (found == watchers.end()) return;
    std::erase_if(found->second, [&](const auto* other) { return other == nullptr || other == state; });
    if (found->second.empty()) watchers.erase(found);
}

void forget(WatchHub::Core& core, const Watch::State& state) {
    auto& audience = *state.audience;
    const std::lock_guard guard(core.lock);
    if (state.user.value != 0) {
        forget(audience.by_user, state.user, &state);
    } else {
        forget(audience.by_mailbox, state.mailbox, &state);
    }
    if (audience.empty()) std::erase(core.audiences, state.audience);
}

/// On its own thread.
void hand_over(WatchHub::Core& core, Audience& audience) {
    Events at_mailboxes;
    std::map<UserId, Events> at_users;
    {
        const std::lock_guard guard(core.lock);
        at_mailboxes.swap(audience.at_mailboxes);
        at_users.swap(audience.at_users);
        audience.posted = false;
    }
    audience.telling = true;
    for (const auto& [mailbox, event] : at_mailboxes) {
        const auto watchers = audience.by_mailbox.find(mailbox);
        if (watchers != audience.by_mailbox.end()) tell(watchers->second, *event);
    }
    for (const auto& [user, events] : at_users) {
        for (const auto& [mailbox, event] : events) {
            const auto watchers = audience.by_user.find(user);
            if (watchers != audience.by_user.end()) tell(watchers->second, *event);
        }
    }
    audience.telling = false;
    for (const auto& state : std::exchange(audience.ended, {})) forget(core, *state);
}

void end_watch(std::shared_ptr<Watch::State> state) {
    if (!state) return;
    const auto core = state->core;
    --core->count;
    core->gauge.add(-1);
    auto& audience = *state->audience;
    if (!audience.telling) return forget(*core, *state);
    auto& watchers = state->user.value != 0 ? audience.by_user.at(state->user) : audience.by_mailbox.at(state->mailbox);
    std::ranges::replace(watchers, state.get(), nullptr);
    audience.ended.push_back(std::move(state));
}

/// The calling thread's. Under the lock.
std::shared_ptr<Audience> audience_here(WatchHub::Core& core) {
    auto& home = base::Executor::current();
    const auto found = std::ranges::find_if(core.audiences, [&](const auto& one) { return &one->home == &home; });
    if (found != core.audiences.end()) return *found;
    return core.audiences.emplace_back(std::make_shared<Audience>(home));
}

}  // namespace

Watch& Watch::operator=(Watch&& other) noexcept {
    if (this != &other) {
        end_watch(std::move(state_));
        state_ = std::move(other.state_);
    }
    return *this;
}

Watch::~Watch() { end_watch(std::move(state_)); }

WatchHub::WatchHub(WatchLimits limits, base::Gauge& watches) : core_(std::make_shared<Core>(limits, watches)) {}

Result<Watch> WatchHub::watch(MailboxId mailbox, UserId user, OnMailboxEvent on_event) {
    const std::lock_guard guard(core_->lock);
    if (core_->count >= core_->limits.watches) return fail(errc::too_many, "watches");
    auto audience = audience_here(*core_);
    const auto state = std::make_shared<Watch::State>(core_, audience, std::move(on_event), mailbox, user);
    auto& watchers = user.value != 0 ? audience->by_user[user] : audience->by_mailbox[mailbox];
    watchers.push_back(state.get());
    ++core_->count;
    core_->gauge.add(1);
    return Watch(state);
}

Result<Watch> WatchHub::watch_mailbox(MailboxId mailbox, OnMailboxEvent on_event) {
    return watch(mailbox, {}, std::move(on_event));
}

Result<Watch> WatchHub::watch_user(UserId user, OnMailboxEvent on_event) {
    return watch({}, user, std::move(on_event));
}

void WatchHub::publish(const std::vector<MailboxEvent>& events) {
    if (events.empty() || core_->count == 0) return;
    std::vector<std::shared_ptr<Audience>> woken;
    {
        const std::lock_guard guard(core_->lock);
        for (const auto& event : events) {
            SharedEvent shared;
            const auto owner = event.mailbox.owner();
            for (const auto& audience : core_->audiences) {
                if (!audience->listens(event.mailbox)) continue;
                if (!shared) shared = bounded(event, core_->limits.ranges);
                if (audience->by_mailbox.contains(event.mailbox))
                    add_for_mailbox(audience->at_mailboxes, shared, core_->limits);
                if (audience->by_user.contains(owner)) add_for_user(audience->at_users[owner], shared, core_->limits);
                if (!std::exchange(audience->posted, true)) woken.push_back(audience);
            }
        }
    }
    for (auto& audience : woken) {
        auto& home = audience->home;
        home.post([core = core_, here = std::move(audience)] { hand_over(*core, *here); });
    }
}

}  // namespace helio::store
