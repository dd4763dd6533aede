#include "store/mailbox/uid_cache.h"

namespace helio::store {

std::shared_ptr<const UidSet> UidCache::uids(const MailboxView& view) {
    const auto status = view.status();
    const auto id = view.mailbox().id;
    Entry entry{id, Uid{1}, {}, nullptr};
    {
        const std::lock_guard guard(lock_);
        const auto place = places_.find(id);
        if (place != places_.end()) {
            entries_.splice(entries_.begin(), entries_, place->second);
            entry = *place->second;
        }
    }
    const bool known = entry.uids && entry.uid_next <= status.uid_next && entry.last_expunge <= status.last_expunge;
    if (known && entry.uid_next == status.uid_next && entry.last_expunge == status.last_expunge) return entry.uids;
    auto fresh = std::make_shared<UidSet>();
    if (known) {
        *fresh = *entry.uids;
        fresh->remove(view.vanished_since(entry.last_expunge));
        fresh->add(view.uids_from(entry.uid_next));
    } else {
        *fresh = view.uids();
    }
    remember({id, status.uid_next, status.last_expunge, fresh});
    return fresh;
}

void UidCache::remember(Entry entry) {
    const std::lock_guard guard(lock_);
    const auto place = places_.find(entry.mailbox);
    if (place != places_.end()) {
        *place->second = std::move(entry);
        return;
    }
    entries_.push_front(std::move(entry));
    places_[entries_.front().mailbox] = entries_.begin();
    if (entries_.size() <= most_) return;
    places_.erase(entries_.back().mailbox);
    entries_.pop_back();
}

}  // namespace helio::store
