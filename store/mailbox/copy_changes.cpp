#include "store/mailbox/copy_changes.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/quota.h"
#include "store/mailbox/seen_rows.h"

namespace helio::store {
namespace {

constexpr std::size_t messages_in_record = 1'000;

/// Carries keyword bits from one mailbox's table to another's; asks for each name once.
class KeywordMap {
public:
    KeywordMap(storage::Decision& decision, MailboxId from, MailboxId to)
        : decision_(decision), to_(to), names_(read_keywords(decision.index(), from)) {}

    Result<KeywordBits> map(const KeywordBits& bits) {
        KeywordBits mapped;
        if (bits.none()) return mapped;
        for (std::size_t bit = 0; bit < names_.names.size(); ++bit) {
            if (!bits.test(bit)) continue;
            if (known_[bit].none()) {
                auto target = keyword_bits(decision_, to_, {names_.names[bit]}, NewKeywords::while_room, grown);
                if (!target) return fail(target.error());
                known_[bit] = *target;
            }
            mapped |= known_[bit];
        }
        return mapped;
    }

    bool grown = false;

private:
    storage::Decision& decision_;
    MailboxId to_;
    Keywords names_;
    std::array<KeywordBits, most_keywords> known_{};
};

/// Flags that the user may not set in the target are left out (RFC 4314 §4).
void restrict_flags(std::vector<Message>& messages, Rights rights) {
    if (rights.has({Right::seen, Right::mark_deleted, Right::write})) return;
    for (auto& message : messages) {
        message.flags = allowed_flags(message.flags, rights);
        if (!rights.has(Right::write)) message.keywords.reset();
    }
}

/// Which of them carry \Seen; they lose it.
std::vector<std::size_t> take_seen(std::vector<Message>& messages) {
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < messages.size(); ++place) {
        if (messages[place].flags.has(Flag::seen)) places.push_back(place);
        messages[place].flags = messages[place].flags.without(Flag::seen);
    }
    return places;
}

/// Tells whether an email has a copy in the mailbox that is no duplicate. One at most is none, so that the email's id
/// names it alone, whatever comes and goes beside it.
class Duplicates {
public:
    Duplicates(const storage::IndexReader& index, MailboxId mailbox, const UidSet& leaving)
        : index_(index), mailbox_(mailbox), leaving_(leaving) {}

    /// For each email that is about to come, once.
    bool is_duplicate(const Message& message) {
        return !came_.insert(message.email.value).second || has_original(message.body);
    }

private:
    bool has_original(BodyId body) const {
        bool found = false;
        const auto prefix = keys::of_holders(body, mailbox_);
        index_.scan(keys::holder, prefix, keys::after_prefix(prefix), [&](std::string_view key, std::string_view) {
            const auto uid = keys::uid_of_holder(key);
            if (leaving_.contains(uid)) return true;
            const auto row = read_message(index_, mailbox_, uid);
            found = row && !row->duplicate;
            return !found;
        });
        return found;
    }

    const storage::IndexReader& index_;
    MailboxId mailbox_;
    const UidSet& leaving_;
    std::unordered_set<std::uint64_t> came_;
};

/// When emails came into the account: now, unless one is there already. Each is looked for once, whatever number of its
/// copies there is.
class Arrivals {
public:
    Arrivals(const storage::IndexReader& index, UserId owner, ModSeq now) : index_(index), owner_(owner), now_(now) {}

    ModSeq came_at(const Message& message) {
        const auto [known, is_new] = came_.try_emplace(message.email.value, now_);
        if (!is_new) return known->second;
        const auto copy = first_copy(index_, owner_, message.email);
        if (copy) known->second = copy->message.created;
        return known->second;
    }

private:
    const storage::IndexReader& index_;
    UserId owner_;
    ModSeq now_;
    std::unordered_map<std::uint64_t, ModSeq> came_;
};

}  // namespace

Result<CopiedMessages> copy_messages(storage::Decision& decision, MailboxId from, const std::vector<Message>& messages,
                                     MailboxId to, const DecideContext& context, const UidSet& leaving) {
    auto row = read_mailbox(decision.index(), to);
    if (!row) return fail(errc::no_such_mailbox);
    if (messages.size() > UINT32_MAX - row->uid_next.value) return fail(errc::too_many_messages, "no UID left");
    const auto modseq = next_modseq(decision.index(), to.owner());
    const auto now = context.now();
    CopiedMessages copied;
    KeywordMap keywords(decision, from, to);
    Duplicates duplicates(decision.index(), to, leaving);
    Arrivals arrivals(decision.index(), to.owner(), modseq);
    records::Messages record{to, {}};
    auto next = row->uid_next;
    for (auto message : messages) {
        const auto bits = keywords.map(message.keywords);
        if (!bits) return fail(bits.error());
        message.keywords = *bits;
        message.duplicate = duplicates.is_duplicate(message);
        message.uid = next;
        message.modseq = modseq;
        if (from.owner() != to.owner()) message.created = arrivals.came_at(message);
        message.save_date = now;
        copied.uids.add(next);
        ++next.value;
        record.messages.push_back(message);
        if (record.messages.size() == messages_in_record) {
            add_record(decision, record);
            record.messages.clear();
        }
    }
    if (!record.messages.empty()) add_record(decision, record);
    copied.keywords_grown = keywords.grown;
    return copied;
}

Result<> CopyChange::plan(storage::Decision& decision) {
    const auto& index = decision.index();
    const auto target = read_info(index, to_);
    if (!target) return fail(errc::no_such_mailbox);
    // RFC 6851 §4.4: MOVE is COPY, STORE \Deleted and EXPUNGE.
    const auto readable =
        need(decision, from_, move_ ? Rights{Right::read, Right::mark_deleted, Right::expunge} : Rights(Right::read));
    if (!readable) return readable;
    const auto insertable = need(decision, to_, Right::insert);
    if (!insertable) return insertable;
    const auto most = context_.config.limits.change_messages;
    auto messages = read_messages(index, from_, uids_, most + 1);
    if (messages.size() > most) return fail(errc::too_many_messages);
    result_.to = to_;
    result_.uid_validity = target->uid_validity;
    if (messages.empty()) return {};

    QuotaNeed need{0, messages.size()};
    for (const auto& message : messages) need.bytes += message.size;
    const bool stays = move_ && from_.owner() == to_.owner();
    const auto fits =
        stays ? check_folder_quota(index, to_, need) : check_quota(index, context_.config.quota, to_, quota_, need);
    if (!fits && !(move_ && from_ == to_)) return fits;
    result_.source_before = read_mailbox(index, from_).value_or(MailboxRow{}).highest_modseq;
    // The copies are seen by the user when the messages are, as he sees them.
    SeenOverlay overlay(index, from_, reader(from_));
    for (auto& message : messages) overlay.show(message);
    restrict_flags(messages, rights(decision, to_));
    const auto seen = reader(to_) ? take_seen(messages) : std::vector<std::size_t>();
    const auto copied =
        copy_messages(decision, from_, messages, to_, context_, move_ && from_ == to_ ? uids_ : UidSet());
    if (!copied) return fail(copied.error());
    for (const auto& message : messages) result_.source.add(message.uid);
    result_.destination = copied->uids;
    UidSet seen_uids;
    for (const auto place : seen) seen_uids.add(copied->uids.at(place));
    add_seen(decision, to_, next_modseq(index, to_.owner()), std::move(seen_uids), {});
    auto& arrived = event(to_);
    arrived.appended = copied->uids;
    arrived.keywords_changed = copied->keywords_grown;
    if (move_) {
        result_.source_modseq = expunge_messages(decision, from_, messages, context_);
        event(from_).expunged.add(result_.source);
    }
    return {};
}

}  // namespace helio::store
