#include "store/mailbox/uid_cache.h"

namespace helio::store {

UidsAt UidCache::uids(const MailboxView& view) {
    const auto status = view.status();
    const auto id = view.mailbox().id;
    Entry entry{id, Uid{1}, {}, {}};
    {
        const std::lock_guard guard(lock_);
        const auto place = places_.find(id);
        if (place != places_.end()) {
            entries_.splice(entries_.begin(), entries_, place->second);
            entry = *place->second;
        }
    }
    auto uids = std::move(entry.known.uids);
    const bool usable = uids && entry.uid_next <= status.uid_next && entry.last_expunge <= status.last_expunge;
    const bool same = usable && entry.uid_next == status.uid_next && entry.last_expunge == status.last_expunge;
    if (!same) {
        auto fresh = usable ? *uids : view.uids();
        if (usable) {
            fresh.remove(view.vanished_since(entry.last_expunge));
            fresh.add(view.uids_from(entry.uid_next));
        }
        uids = std::make_shared<const UidSet>(std::move(fresh));
    }
    const UidsAt found{std::move(uids), status.highest_modseq};
    if (!same || entry.known.modseq < found.modseq) remember({id, status.uid_next, status.last_expunge, found});
    return found;
}

std::optional<UidsAt> UidCache::known_uids(MailboxId mailbox, ModSeq modseq) {
    const std::lock_guard guard(lock_);
    const auto place = places_.find(mailbox);
    if (place == places_.end() || place->second->known.modseq < modseq) return std::nullopt;
    return place->second->known;
}

void UidCache::remember(Entry entry) {
    const std::lock_guard guard(lock_);
    const auto place = places_.find(entry.mailbox);
    if (place != places_.end()) {
        // Another thread may have looked later.
        if (place->second->known.modseq <= entry.known.modseq) *place->second = std::move(entry);
        return;
    }
    entries_.push_front(std::move(entry));
    places_[entries_.front().mailbox] = entries_.begin();
    if (entries_.size() <= most_) return;
    places_.erase(entries_.back().mailbox);
    entries_.pop_back();
}

}  // namespace helio::store
