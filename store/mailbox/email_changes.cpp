#include "store/mailbox/email_changes.h"

#include <algorithm>
#include <set>

#include "store/mailbox/copy_changes.h"
#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/quota.h"

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

// All that can be refused is asked before anything is added, so that an update that fails leaves nothing; only the
// keyword table may have grown.
Result<> UpdateEmailsChange::update(storage::Decision& decision, const EmailUpdate& wish) {
    const auto& index = decision.index();
    const auto copies = read_copies(index, request_.user, wish.email);
    if (copies.empty()) return fail(errc::no_such_message);
    const auto now = mailboxes_of(copies);
    const auto wanted = wanted_mailboxes(wish, now);
    if (wanted.empty() && !wish.destroy) return fail(errc::not_allowed, "an email is in one mailbox at least");
    std::vector<MailboxId> added;
    std::ranges::set_difference(wanted, now, std::back_inserter(added));
    for (const auto id : added) {
        if (id.owner() != request_.user || !read_info(index, id)) return fail(errc::no_such_mailbox);
    }
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
    const auto bits = [&](const FlagList& list, bool make) {
        return keyword_bits(decision, copy.mailbox, list.keywords, make, grown);
    };
    auto flags = copy.message.flags;
    auto keywords = copy.message.keywords;
    if (wish.flags) {
        const auto set = bits(*wish.flags, true);
        if (!set) return fail(set.error());
        flags = wish.flags->flags;
        keywords = *set;
    }
    const auto add_bits = bits(wish.add_flags, true);
    if (!add_bits) return fail(add_bits.error());
    const auto remove_bits = bits(wish.remove_flags, false);
    if (!remove_bits) return fail(remove_bits.error());
    flags.bits = static_cast<std::uint8_t>((flags.bits | wish.add_flags.flags.bits) &
                                           ~static_cast<unsigned>(wish.remove_flags.flags.bits));
    keywords = (keywords | *add_bits) & ~*remove_bits;
    auto& happened = event(copy.mailbox);
    happened.keywords_changed |= grown;
    if (flags == copy.message.flags && keywords == copy.message.keywords) return {};
    const auto modseq = next_modseq(decision.index(), request_.user);
    add(decision, records::FlagsChanged{copy.mailbox, modseq, {{UidSet::of(copy.message.uid), flags, keywords}}});
    happened.flags_changed.add(copy.message.uid);
    happened.modseq = modseq;
    return {};
}

Result<> UpdateEmailsChange::add_copy(storage::Decision& decision, EmailId email, MailboxId to) {
    // Read anew: its flags may have just changed.
    const auto source = read_copies(decision.index(), request_.user, email).front();
    const auto copied = copy_messages(decision, source.mailbox, {source.message}, to, context_);
    if (!copied) return fail(copied.error());
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
