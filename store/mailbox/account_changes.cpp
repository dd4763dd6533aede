#include "store/mailbox/account_changes.h"

#include <algorithm>
#include <set>

#include "store/mailbox/errc.h"

namespace helio::store {
namespace {

constexpr Uid last_uid{UINT32_MAX};
constexpr std::size_t most_moved = 10'000;  // emails that leave a mailbox while changes are looked for

/// Sorts an id into the list that says what happened to it.
template <class Id>
void sort_in(ChangedIds<Id>& ids, Id id, bool created, bool gone) {
    (gone ? ids.destroyed : created ? ids.created : ids.updated).push_back(id);
}

}  // namespace

AccountReader::AccountReader(AccountAccess account) : account_(std::move(account)) {
    (void)account_.read([this](const UserView& view) {
        for (const auto& mailbox : view.mailboxes()) mailboxes_.push_back(mailbox.id);
    });
}

bool AccountReader::step(std::size_t rows, const Visit& visit) {
    while (at_ < mailboxes_.size() && rows > 0) {
        bool ended = true;
        (void)account_.read(mailboxes_[at_], [&](const MailboxView& view) {
            view.each(next_, last_uid, [&](const Message& message) {
                if (rows == 0) {
                    next_ = message.uid;
                    ended = false;
                    return false;
                }
                --rows;
                visit(view, message);
                return true;
            });
        });
        if (!ended) break;
        ++at_;
        next_ = Uid{1};
    }
    return at_ < mailboxes_.size();
}

Result<AccountChanges> AccountChanges::begin(const AccountAccess& account, ModSeq since, Of of) {
    AccountChanges changes(account, since, of);
    Result<> known = {};
    const auto found = account.read([&](const UserView& view) { known = changes.read_mailboxes(view); });
    if (!found) return fail(found.error());
    if (!known) return fail(known.error());
    return changes;
}

Result<> AccountChanges::read_mailboxes(const UserView& view) {
    state_ = view.modseq();
    if (since_ > state_ || since_ < view.last_deletion()) return fail(errc::state_unknown);
    std::vector<MailboxId> changed;
    for (const auto& mailbox : view.mailboxes()) {
        const auto box = view.mailbox(mailbox.id);
        const bool messages = box->status().highest_modseq > since_;
        const bool properties = mailbox.changed > since_;
        if (messages || properties) mailboxes_.push_back({mailbox.id, mailbox.born > since_, properties});
        if (of_ == Of::mailboxes || !messages) continue;
        const bool known = box->each_expunged_since(since_, [this](ModSeq change, const ExpungedRow& gone) {
            for (const auto& [email, thread] : gone.emails) {
                auto& state = emails_[email];
                state.changed = std::max(state.changed, change);
                state.thread = thread;
            }
        });
        if (!known) return fail(errc::state_unknown);
        changed.push_back(mailbox.id);
    }
    reader_ = AccountReader(account_, std::move(changed));
    if (of_ != Of::mailboxes) check_expunged(view);
    return {};
}

// An email that left a mailbox may have copies in one that did not change.
void AccountChanges::check_expunged(const UserView& view) {
    for (auto& [email, state] : emails_) {
        const auto copies = view.copies(email);
        if (!copies.empty()) state.created = copies.front().message.created;
    }
}

void AccountChanges::see(const Message& message) {
    if (message.modseq <= since_) return;
    auto& state = emails_[message.email];
    state.changed = std::max(state.changed, message.modseq);
    state.created = message.created;
    state.thread = message.thread;
}

void AccountChanges::see_thread(const Message& message) {
    const auto found = threads_.find(message.thread);
    if (found == threads_.end()) return;
    if (found->second == ModSeq{} || message.created < found->second) found->second = message.created;
}

// What left a mailbox since we began may have moved from one that was still to be read into one that had been.
void AccountChanges::see_moved(const UserView& view) {
    std::set<EmailId> asked;
    const auto look = [&](ModSeq, const ExpungedRow& gone) {
        for (const auto& [email, thread] : gone.emails) {
            if (asked.size() == most_moved || !asked.insert(email).second) continue;
            for (const auto& copy : view.copies(email)) second_pass_ ? see_thread(copy.message) : see(copy.message);
        }
    };
    for (const auto& mailbox : view.mailboxes()) {
        const auto box = view.mailbox(mailbox.id);
        if (box && !box->each_expunged_since(state_, look)) missed_ = true;
    }
    missed_ = missed_ || asked.size() == most_moved;
}

bool AccountChanges::step(std::size_t rows) {
    const bool more = reader_.step(rows, [this](const MailboxView&, const Message& message) {
        second_pass_ ? see_thread(message) : see(message);
    });
    if (more || of_ == Of::mailboxes) return more;
    (void)account_.read([this](const UserView& view) { see_moved(view); });
    if (second_pass_ || of_ != Of::threads) return false;
    second_pass_ = true;
    for (const auto& [email, state] : emails_) {
        const bool same_emails = state.created != ModSeq{} && state.created <= since_;
        if (!same_emails) threads_[state.thread];
    }
    reader_ = AccountReader(account_);
    return true;
}

Result<ChangedIds<EmailId>> AccountChanges::emails(std::size_t most, ModSeq& state, bool& more) const {
    if (missed_) return fail(errc::state_unknown, "too many changes meanwhile");
    std::vector<std::pair<ModSeq, EmailId>> order;
    order.reserve(emails_.size());
    // A new email is told where it came, whatever changed it later: the client must know it before it is updated.
    for (const auto& [email, known] : emails_)
        order.emplace_back(known.created > since_ ? known.created : known.changed, email);
    std::ranges::sort(order);
    more = order.size() > most;
    // What is newer was met by chance, and not all of it: it is told again from here.
    state = state_;
    if (more) {
        // Whole changes only: a state lies between two of them.
        const auto cut = order[most].first;
        std::erase_if(order, [cut](const auto& item) { return item.first >= cut; });
        if (order.empty()) return fail(errc::state_unknown, "one change touched more");
        state = std::min(state_, order.back().first);
    }
    ChangedIds<EmailId> ids;
    for (const auto& [changed, email] : order) {
        const auto& known = emails_.at(email);
        sort_in(ids, email, known.created > since_, known.created == ModSeq{});
    }
    return ids;
}

Result<ChangedIds<ThreadId>> AccountChanges::threads(std::size_t most) const {
    if (missed_ || threads_.size() > most) return fail(errc::state_unknown, "too many changes");
    ChangedIds<ThreadId> ids;
    for (const auto& [thread, created] : threads_) sort_in(ids, thread, created > since_, created == ModSeq{});
    return ids;
}

Result<ChangedIds<MailboxId>> AccountChanges::mailboxes(std::size_t most, bool& counts_only) const {
    if (mailboxes_.size() > most) return fail(errc::state_unknown, "too many changes");
    ChangedIds<MailboxId> ids;
    counts_only = true;
    for (const auto& mailbox : mailboxes_) {
        sort_in(ids, mailbox.id, mailbox.created, false);
        if (!mailbox.created && mailbox.properties) counts_only = false;
    }
    return ids;
}

}  // namespace helio::store
