#include "store/popd/maildrop.h"

#include <limits>
#include <unordered_set>
#include <utility>

#include "common/base/text.h"

namespace helio::store {

MaildropLocks::Lock& MaildropLocks::Lock::operator=(Lock&& other) noexcept {
    if (this != &other) {
        release();
        locks_ = std::exchange(other.locks_, nullptr);
        user_ = other.user_;
    }
    return *this;
}

void MaildropLocks::Lock::release() {
    if (!locks_) return;
    const std::lock_guard guard(locks_->lock_);
    locks_->held_.erase(user_);
    locks_ = nullptr;
}

std::optional<MaildropLocks::Lock> MaildropLocks::take(UserId user) {
    const std::lock_guard guard(lock_);
    if (!held_.insert(user).second) return std::nullopt;
    return Lock(*this, user);
}

Result<Maildrop> Maildrop::load(const UserStore& store, MailboxId inbox) {
    Maildrop drop;
    drop.mailbox_ = inbox;
    auto done = store.read(inbox, [&drop](const MailboxView& view) {
        const auto status = view.status();
        drop.entries_.reserve(status.messages);
        // Rows of before there was the bit have none, nor do their copies.
        std::unordered_set<std::uint64_t> originals;
        view.each(Uid{1}, Uid{std::numeric_limits<std::uint32_t>::max()}, [&](const Message& message) {
            drop.entries_.push_back({.uid = message.uid,
                                     .seen = message.flags.has(Flag::seen),
                                     .duplicate = message.duplicate || !originals.insert(message.email.value).second,
                                     .size = message.size,
                                     .body = message.body,
                                     .email = message.email});
            return true;
        });
    });
    if (!done) return fail(std::move(done).error());
    drop.unmark_all();
    return drop;
}

const Maildrop::Entry* Maildrop::find(std::string_view number) const {
    const auto value = base::parse_number32(number);
    if (!value || *value == 0 || *value > entries_.size()) return nullptr;
    const auto& entry = entries_[*value - 1];
    return entry.deleted ? nullptr : &entry;
}

std::string Maildrop::unique_id(const Entry& entry) const {
    const auto id = to_object_id(entry.email);
    return entry.duplicate ? id + "." + std::to_string(entry.uid.value) : id;
}

void Maildrop::mark_deleted(const Entry& entry) {
    mutable_entry(entry).deleted = true;
    --count_;
    bytes_ -= entry.size;
}

void Maildrop::mark_retrieved(const Entry& entry) {
    if (!entry.seen) retrieved_.add(entry.uid);
}

void Maildrop::unmark_all() {
    count_ = entries_.size();
    bytes_ = 0;
    for (auto& entry : entries_) {
        entry.deleted = false;
        bytes_ += entry.size;
    }
}

UidSet Maildrop::deleted() const {
    UidSet uids;
    for (const auto& entry : entries_)
        if (entry.deleted) uids.add(entry.uid);
    return uids;
}

UidSet Maildrop::newly_seen() const {
    auto uids = retrieved_;
    uids.remove(deleted());
    return uids;
}

}  // namespace helio::store
