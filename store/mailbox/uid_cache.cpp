#include "store/mailbox/uid_cache.h"

namespace helio::store {

UidsAt UidCache::uids(const MailboxView& view) {
    const auto status = view.status();
    const auto id = view.mailbox().id;
    UidsAt known{nullptr, {}, Uid{1}, {}};
    {
        const std::lock_guard guard(lock_);
        const auto place = places_.find(id);
        if (place != places_.end()) {
            entries_.splice(entries_.begin(), entries_, place->second);
            known = place->second->known;
        }
    }
    const bool usable = known.uids && known.uid_next <= status.uid_next && known.last_expunge <= status.last_expunge;
    const bool same = usable && known.uid_next == status.uid_next && known.last_expunge == status.last_expunge;
    UidsAt found{known.uids, status.highest_modseq, status.uid_next, status.last_expunge};
    if (!same) {
        auto fresh = usable ? *known.uids : view.uids();
        if (usable) {
            fresh.remove(view.vanished_since(known.last_expunge));
            fresh.add(view.uids_from(known.uid_next));
        }
        found.uids = std::make_shared<const UidSet>(std::move(fresh));
    }
    if (!same || known.modseq < found.modseq) remember({id, found});
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
