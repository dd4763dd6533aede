#include "store/mailbox/email_changes.h"

#include <algorithm>

#include "store/mailbox/append_changes.h"
#include "store/mailbox/copy_changes.h"
#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/quota.h"
#include "store/mailbox/seen_rows.h"

namespace helio::store {
namespace {

std::set<MailboxId> mailboxes_of(const std::vector<EmailCopy>& copies) {
    std::set<MailboxId> found;
    for (const auto& copy : copies) found.insert(copy.mailbox);
    return found;
}

/// Where the email shall be.
std::set<MailboxId> wanted_mailboxes(const EmailUpdate& wish, const std::set<MailboxId>& now) {
    if (wish.destroy) return {};
    auto wanted = now;
    if (wish.mailboxes) wanted = std::set<MailboxId>(wish.mailboxes->begin(), wish.mailboxes->end());
    wanted.insert(wish.add_mailboxes.begin(), wish.add_mailboxes.end());
    for (const auto id : wish.remove_mailboxes) wanted.erase(id);
    return wanted;
}

bool touches_flags(const EmailUpdate& wish) {
    return wish.flags || !wish.add_flags.empty() || !wish.remove_flags.empty();
}

Flags wanted_flags(const EmailUpdate& wish, Flags now) {
    if (wish.flags) now = wish.flags->flags;
    return {static_cast<std::uint8_t>((now.bits | wish.add_flags.flags.bits) &
                                      ~static_cast<unsigned>(wish.remove_flags.flags.bits))};
}

/// True when the keywords would be others than `now`; names that `table` does not know are.
bool changes_keywords(const EmailUpdate& wish, const Keywords& table, const KeywordBits& now) {
    bool unknown = false;
    const auto bits_of = [&](const std::vector<std::string>& names, bool counts) {
        KeywordBits bits;
        for (const auto& name : names) {
            const auto bit = table.find(name);
            if (bit) bits.set(*bit);
            unknown |= counts && !bit;
        }
        return bits;
    };
    auto wanted = wish.flags ? bits_of(wish.flags->keywords, true) : now;
    wanted |= bits_of(wish.add_flags.keywords, true);
    wanted &= ~bits_of(wish.remove_flags.keywords, false);
    return unknown || wanted != now;
}

/// Every keyword is one, and there is room for the new ones in each mailbox.
Result<> check_words(const storage::IndexReader& index, const EmailUpdate& wish, const std::vector<EmailCopy>& copies) {
    if (!std::ranges::all_of(wish.remove_flags.keywords, is_keyword)) return fail(errc::bad_keyword);
    auto words = wish.flags ? wish.flags->keywords : std::vector<std::string>();
    words.insert(words.end(), wish.add_flags.keywords.begin(), wish.add_flags.keywords.end());
    for (const auto& copy : copies) {
        const auto room = check_keywords(index, copy.mailbox, words);
        if (!room) return room;
    }
    return {};
}

}  // namespace

std::size_t UpdateEmailsChange::weight_bytes() const {
    constexpr std::size_t update_bytes = 300;
    return update_bytes * (1 + request_.updates.size());
}

Result<> UpdateEmailsChange::plan(storage::Decision& decision) {
    const auto user = read_user(decision.index(), request_.user);
    if (!user) return fail(errc::no_such_user);
    if (request_.if_state && *request_.if_state != user->modseq) return fail(errc::state_changed);
    result_.before = user->modseq;
    result_.results.reserve(request_.updates.size());
    for (const auto& wish : request_.updates) result_.results.push_back(update(decision, wish));
    result_.after = read_user(decision.index(), request_.user).value_or(UserRow{}).modseq;
    return {};
}

/// As the actor sees them.
std::vector<EmailCopy> UpdateEmailsChange::visible_copies(const storage::Decision& decision, EmailId email) const {
    auto copies = read_copies(decision.index(), request_.user, email);
    if (actor().is_store()) return copies;
    std::erase_if(copies, [&](const EmailCopy& copy) { return !rights(decision, copy.mailbox).has(Right::read); });
    for (auto& copy : copies) {
        SeenOverlay(decision.index(), copy.mailbox, reader(copy.mailbox)).show(copy.message);
    }
    return copies;
}

Result<> UpdateEmailsChange::check_places(const storage::Decision& decision, const std::vector<MailboxId>& added,
                                          const std::vector<EmailCopy>& copies,
                                          const std::set<MailboxId>& wanted) const {
    for (const auto id : added) {
        if (id.owner() != request_.user) return fail(errc::no_such_mailbox);
        const auto allowed = need(decision, id, Right::insert);
        if (!allowed) return allowed;
    }
    for (const auto& copy : copies) {
        if (wanted.contains(copy.mailbox)) continue;
        const auto allowed = need(decision, copy.mailbox, {Right::mark_deleted, Right::expunge});
        if (!allowed) return allowed;
    }
    return {};
}

/// RFC 8621 §4.6: who may not change one of them is told, and nothing changes.
Result<> UpdateEmailsChange::check_flags(const storage::Decision& decision, const EmailUpdate& wish,
                                         const EmailCopy& copy) const {
    const auto mine = rights(decision, copy.mailbox);
    const auto changed = static_cast<unsigned>(wanted_flags(wish, copy.message.flags).bits ^ copy.message.flags.bits);
    const Flags asked{static_cast<std::uint8_t>(changed)};
    const auto allowed = check_rights(mine, Right::read);
    if (!allowed) return allowed;
    if (allowed_flags(asked, mine) != asked) return fail(errc::no_permission);
    if (mine.has(Right::write)) return {};
    if (changes_keywords(wish, read_keywords(decision.index(), copy.mailbox), copy.message.keywords)) {
        return fail(errc::no_permission);
    }
    return {};
}

// All that can be refused is asked before anything is added, so that an update that fails leaves nothing.
Result<> UpdateEmailsChange::update(storage::Decision& decision, const EmailUpdate& wish) {
    const auto& index = decision.index();
    const auto copies = visible_copies(decision, wish.email);
    if (copies.empty()) return fail(errc::no_such_message);
    const auto now = mailboxes_of(copies);
    const auto wanted = wanted_mailboxes(wish, now);
    if (wanted.empty() && !wish.destroy) return fail(errc::not_allowed, "an email is in one mailbox at least");
    std::vector<MailboxId> added;
    std::ranges::set_difference(wanted, now, std::back_inserter(added));
    const auto places = check_places(decision, added, copies, wanted);
    if (!places) return places;
    if (touches_flags(wish) && !actor().is_store()) {
        for (const auto& copy : copies) {
            const auto allowed = check_flags(decision, wish, copy);
            if (!allowed) return allowed;
        }
    }
    const auto keywords = check_words(index, wish, copies);
    if (!keywords) return keywords;
    for (const auto id : added)
        if (!has_uid_left(index, id)) return fail(errc::too_many_messages, "no UID left");
    const auto leaving = static_cast<std::size_t>(
        std::ranges::count_if(copies, [&wanted](const EmailCopy& copy) { return !wanted.contains(copy.mailbox); }));
    if (added.size() > leaving) {
        const auto more = added.size() - leaving;
        const auto fits = check_account_quota(index, context_.config.quota, request_.user, request_.quota,
                                              {more * copies.front().message.size, more});
        if (!fits) return fits;
    }
    for (const auto id : added) {
        const auto fits = check_folder_quota(index, id, {copies.front().message.size, 1});
        if (!fits) return fits;
    }
    if (touches_flags(wish)) {
        for (const auto& copy : copies) {
            const auto done = set_flags(decision, wish, copy);
            if (!done) return done;
        }
    }
    for (const auto id : added) {
        const auto done = add_copy(decision, wish.email, id);
        if (!done) return done;
    }
    for (const auto& copy : copies) {
        if (!wanted.contains(copy.mailbox)) remove_copy(decision, copy);
    }
    return {};
}

Result<> UpdateEmailsChange::set_flags(storage::Decision& decision, const EmailUpdate& wish, const EmailCopy& copy) {
    bool grown = false;
    const auto bits = [&](const FlagList& list, NewKeywords make) {
        return keyword_bits(decision, copy.mailbox, list.keywords, make, grown);
    };
    auto flags = wanted_flags(wish, copy.message.flags);
    auto keywords = copy.message.keywords;
    if (wish.flags) {
        const auto set = bits(*wish.flags, NewKeywords::all);
        if (!set) return fail(set.error());
        keywords = *set;
    }
    const auto add_bits = bits(wish.add_flags, NewKeywords::all);
    if (!add_bits) return fail(add_bits.error());
    const auto remove_bits = bits(wish.remove_flags, NewKeywords::none);
    if (!remove_bits) return fail(remove_bits.error());
    keywords = (keywords | *add_bits) & ~*remove_bits;
    auto& happened = event(copy.mailbox);
    happened.keywords_changed |= grown;
    if (flags == copy.message.flags && keywords == copy.message.keywords) return {};
    const auto modseq = next_modseq(decision.index(), request_.user);
    happened.flags_changed.add(copy.message.uid);
    happened.modseq = modseq;
    const auto uid = UidSet::of(copy.message.uid);
    auto before = copy.message.flags;
    const bool is_seen = flags.has(Flag::seen);
    const bool turned = is_seen != before.has(Flag::seen);
    const bool own_seen = reader(copy.mailbox).has_value();
    if (own_seen) {  // the owner's stays as it is
        before = read_message(decision.index(), copy.mailbox, copy.message.uid).value_or(copy.message).flags;
        flags = before.has(Flag::seen) ? flags.with(Flag::seen) : flags.without(Flag::seen);
    }
    if (flags != before || keywords != copy.message.keywords) {
        add(decision, records::FlagsChanged{copy.mailbox, modseq, {{uid, flags, keywords}}});
    }
    if (own_seen && turned)
        add_seen(decision, copy.mailbox, modseq, is_seen ? uid : UidSet(), is_seen ? UidSet() : uid);
    return {};
}

Result<> UpdateEmailsChange::add_copy(storage::Decision& decision, EmailId email, MailboxId to) {
    // Read anew: its flags may have just changed.
    auto source = visible_copies(decision, email).front();
    const auto mine = rights(decision, to);
    auto& message = source.message;
    message.flags = allowed_flags(message.flags, mine);
    if (!mine.has(Right::write)) message.keywords.reset();
    const bool seen = reader(to) && message.flags.has(Flag::seen);
    if (reader(to)) message.flags = message.flags.without(Flag::seen);
    const auto copied = copy_messages(decision, source.mailbox, {message}, to, context_);
    if (!copied) return fail(copied.error());
    if (seen) add_seen(decision, to, next_modseq(decision.index(), request_.user), copied->uids, {});
    auto& happened = event(to);
    happened.appended.add(copied->uids);
    happened.keywords_changed |= copied->keywords_grown;
    return {};
}

void UpdateEmailsChange::remove_copy(storage::Decision& decision, const EmailCopy& copy) {
    const auto modseq = expunge_messages(decision, copy.mailbox, {copy.message}, context_);
    auto& happened = event(copy.mailbox);
    happened.expunged.add(copy.message.uid);
    happened.modseq = modseq;
}

}  // namespace helio::store
