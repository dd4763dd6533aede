#include "store/imapd/selected.h"

#include <algorithm>

namespace helio::store::imapd {

namespace {

constexpr std::size_t most_changed_ranges = 1024;  // of flags_changed_; beyond, rows are compared by MODSEQ
constexpr std::size_t most_told = 256;
constexpr Rights changing_rights = {Right::insert, Right::seen, Right::write, Right::mark_deleted, Right::expunge};

}  // namespace

UidSet to_uids(const imap::NumberSet& numbers) {
    std::vector<UidRange> ranges;
    ranges.reserve(numbers.ranges().size());
    for (const auto& range : numbers.ranges()) ranges.push_back({Uid{range.first}, Uid{range.last}});
    return UidSet(std::move(ranges));
}

imap::NumberSet to_numbers(const UidSet& uids) {
    imap::NumberSet numbers;
    for (const auto& range : uids.ranges()) numbers.add({range.first.value, range.last.value});
    return numbers;
}

UidSet page_of(const UidSet& uids, const imap::PartialRange& page) {
    const auto window = page.window(uids.size());
    if (window.begin == window.end) return {};
    return uids.within(uids.at(window.begin), uids.at(window.end - 1));
}

Result<std::unique_ptr<Selected>> Selected::open(UserStore& store, Mailbox mailbox, bool read_only,
                                                 std::function<void()> on_change) {
    const MailboxId id = mailbox.id;
    const auto rights = store.rights(id);
    if (!rights) return fail(rights.error());
    read_only = read_only || !rights->has_any(changing_rights);
    std::unique_ptr<Selected> selected(new Selected(std::move(mailbox), read_only));
    Selected* const self = selected.get();
    self->rights_ = *rights;
    // Watched before it is read, so that nothing is missed in between.
    auto watch = store.watch(id, [self, on_change = std::move(on_change)](const MailboxEvent& event) {
        self->take_event(event);
        on_change();
    });
    if (!watch) return fail(watch.error());
    selected->watch_ = std::move(*watch);
    const auto taken = selected->take_state(store);
    if (!taken) return fail(taken.error());
    selected->synced_ = selected->complete_ = selected->opened_.highest_modseq;
    selected->claim_recent(store, selected->opened_.uid_next);
    return selected;
}

// UIDs and counts of one moment: HIGHESTMODSEQ must not be ahead of the messages that the client is told of.
Result<> Selected::take_state(UserStore& store) {
    constexpr int most_tries = 16;
    for (int i = 0; i < most_tries; ++i) {
        const auto found = store.uids_at(mailbox_.id);
        if (!found) return fail(found.error());
        uids_ = found->uids;
        uids_modseq_ = found->modseq;
        auto read = store.read(mailbox_.id, [this](const MailboxView& view) {
            opened_ = view.status();
            keyword_count_ = view.keywords().names.size();
        });
        if (!read) return read;
        if (opened_.uid_next == found->uid_next && opened_.last_expunge == found->last_expunge) return {};
    }
    // Changed each time: the watch tells the rest. The client gets no later HIGHESTMODSEQ than it knows.
    opened_.highest_modseq = ModSeq{1};
    return {};
}

void Selected::take_event(const MailboxEvent& event) {
    ++events_;
    stirred_ = true;
    structure_ = structure_ || event.rescan || !event.appended.empty() || !event.expunged.empty();
    keywords_ = keywords_ || event.keywords_changed || event.rescan;
    rescan_ = rescan_ || event.rescan;
    asks_index_ = asks_index_ || event.rescan || event.mailbox_changed || event.acl_changed;
    event_modseq_ = std::max(event_modseq_, event.modseq);
    flags_changed_.add(event.flags_changed);
    if (flags_changed_.ranges().size() > most_changed_ranges) {
        flags_changed_ = UidSet();
        rescan_ = true;
    }
}

void Selected::claim_recent(UserStore& store, Uid uid_next) {
    const Uid first = store.claim_recent(mailbox_.id, uid_next, !read_only_);
    if (first < uid_next) recent_.add(first, Uid{uid_next.value - 1});
}

std::size_t Selected::recent_count() const {
    std::size_t count = 0;
    for (const auto& range : recent_.ranges()) {
        count += uids_->count_below(Uid{range.last.value + 1}) - uids_->count_below(range.first);
    }
    return count;
}

NamedMessages Selected::resolve(const imap::SeqSet& set, bool uid) const {
    if (set.is_saved_result()) return {saved_.intersection(*uids_), false};
    if (!uid) return {sequence_to_uids(set.resolve(exists())), set.names_above(exists())};
    return {to_uids(set.resolve(uids_->back().value_or(Uid{0}).value)).intersection(*uids_), false};
}

UidSet Selected::sequence_to_uids(const imap::NumberSet& numbers) const {
    UidSet result;
    for (const auto& range : numbers.ranges()) {
        if (range.first > exists()) break;
        const std::uint32_t last = std::min(range.last, exists());
        result.add(uids_->within(uids_->at(range.first - 1), uids_->at(last - 1)));
    }
    return result;
}

std::optional<std::uint32_t> Selected::sequence_of(Uid uid) const {
    const auto position = uids_->position_of(uid);
    if (!position) return std::nullopt;
    return static_cast<std::uint32_t>(*position + 1);
}

imap::NumberSet Selected::to_sequence(const UidSet& uids) const {
    imap::NumberSet result;
    // A range of UIDs is not a range of sequence numbers only where UIDs are missing, and then it is several ranges.
    for (const auto& range : uids.intersection(*uids_).ranges()) {
        const auto first = sequence_of(range.first);
        const auto last = sequence_of(range.last);
        if (first && last) result.add({*first, *last});
    }
    return result;
}

void Selected::catch_up(ModSeq before) {
    look_again();
    if (before <= std::max(synced_, event_modseq_)) return;
    event_modseq_ = before;
    rescan_ = true;
}

std::vector<std::uint32_t> Selected::numbers_descending(const UidSet& uids) const {
    std::vector<std::uint32_t> numbers;
    for (auto range = uids.ranges().rbegin(); range != uids.ranges().rend(); ++range) {
        for (std::uint32_t uid = range->last.value; uid >= range->first.value && uid > 0; --uid) {
            if (const auto number = sequence_of(Uid{uid})) numbers.push_back(*number);
        }
    }
    return numbers;
}

// Where messages came or went the first session looks, and the others take what it found. That the mailbox is there and
// may be read has to be asked only when an event speaks of it.
Result<UidsAt> Selected::present_uids(UserStore& store) {
    if (!std::exchange(asks_index_, false)) {
        auto known = store.known_uids(mailbox_.id, std::max(event_modseq_, uids_modseq_));
        if (known) return *std::move(known);
    }
    return store.uids_at(mailbox_.id);
}

// Those that the client knows and that are gone. No UID comes back, so that the count alone tells that there are none.
UidSet Selected::lost_in(const UidSet& now) const {
    const Uid newest = uids_->back().value_or(Uid{0});
    if (now.count_below(newest) + (now.contains(newest) ? 1 : 0) == uids_->size()) return {};
    UidSet lost = *uids_;
    lost.remove(now);
    return lost;
}

MailboxChanges Selected::take_changes(UserStore& store, Expunges expunges, bool with_flags) {
    MailboxChanges changes;
    if (!stirred_) return changes;
    std::erase_if(told_, [this](const FlagsStored::Step& told) { return told.modseq <= synced_; });
    const auto now = present_uids(store);
    if (!now) {
        changes.gone = true;
        return changes;
    }
    if (structure_) {
        const UidSet lost = lost_in(*now->uids);
        if (lost.empty() || expunges != Expunges::wait) {
            if (expunges == Expunges::numbers) changes.expunged = numbers_descending(lost);
            if (expunges == Expunges::uids) changes.vanished = lost;
            const Uid newest = uids_->back().value_or(Uid{0});
            const bool grown = now->uids->back().value_or(Uid{0}) > newest;
            const std::size_t recent_before = recent_count();
            uids_ = now->uids;
            uids_modseq_ = now->modseq;
            structure_ = false;
            if (grown) {
                changes.exists = exists();
                changes.appended = uids_->within(Uid{newest.value + 1}, *uids_->back());
                claim_recent(store, Uid{uids_->back()->value + 1});
            }
            const std::size_t recent_now = recent_count();
            if (recent_now != recent_before || grown) changes.recent = recent_now;
            saved_.remove(lost);
        }
    }
    changes.keywords = std::exchange(keywords_, false);
    if (!with_flags) {
        stirred_ = structure_ || rescan_ || !flags_changed_.empty();
        return changes;
    }
    changes.flags = rescan_ ? *uids_ : flags_changed_.intersection(*uids_);
    changes.flags_since = synced_;
    flags_changed_ = UidSet();
    rescan_ = false;
    synced_ = std::max(synced_, event_modseq_);
    stirred_ = structure_;
    if (!structure_) complete_ = synced_;
    return changes;
}

void Selected::told_flags(const FlagsStored& stored) {
    told_.insert(told_.end(), stored.steps.begin(), stored.steps.end());
    // What is forgotten is told once more, which does no harm.
    if (told_.size() > most_told) told_.erase(told_.begin(), told_.end() - most_told);
}

bool Selected::knows(Uid uid, ModSeq modseq) const {
    return std::ranges::any_of(
        told_, [&](const FlagsStored::Step& told) { return modseq <= told.modseq && told.changed.contains(uid); });
}

}  // namespace helio::store::imapd
