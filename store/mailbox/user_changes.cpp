#include "store/mailbox/user_changes.h"

#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/names.h"

namespace helio::store {
namespace {

/// No room for more mailboxes: a login does not fail for the folders that it would have got.
bool is_full(const Error& error) { return error.code == errc::over_quota || error.code == errc::too_many_mailboxes; }

}  // namespace

Result<> OpenUserChange::plan(storage::Decision& decision) {
    const auto user = ensure_user(decision, user_, context_);
    if (!user) return fail(user.error());
    id_ = *user;
    const auto& index = decision.index();
    if (read_user(index, id_).value_or(UserRow{}).folders_made) return {};
    for (const auto& folder : context_.config.initial_folders) {
        if (!find_mailbox(index, id_, folder.name)) {
            const auto parents = make_parents(decision, id_, folder.name, context_);
            if (!parents && is_full(parents.error())) break;
            if (!parents) return fail(parents.error());
            const auto made = make_mailbox(decision, id_, folder.name, folder.special_use, context_);
            if (!made && is_full(made.error())) break;
            if (!made) return fail(made.error());
            event(made->id).mailbox_changed = true;
        }
        if (folder.subscribed) {
            add(decision, records::Subscription{id_, next_modseq(index, id_), true, folder.name});
        }
    }
    // Last: a floor holds the counters as the whole change leaves them.
    const auto row = read_user(index, id_).value_or(UserRow{});
    add(decision, records::UserFloor{id_, ModSeq{row.modseq.value + 1}, row.next_ordinal, row.last_uid_validity, true,
                                     row.last_deletion});
    return {};
}

Result<> SubscribeChange::plan(storage::Decision& decision) {
    const auto& index = decision.index();
    if (!read_user(index, user_)) return fail(errc::no_such_user);
    const bool is_on = index.get(keys::subscription, keys::of_user(user_, name_)).has_value();
    if (is_on == on_) return {};
    if (on_) {
        std::size_t count = 0;
        const auto prefix = keys::of_user(user_);
        index.scan(keys::subscription, prefix, keys::after_prefix(prefix),
                   [&](std::string_view, std::string_view) { return ++count < context_.config.limits.subscriptions; });
        if (count >= context_.config.limits.subscriptions) return fail(errc::too_many, "subscriptions");
    }
    const auto modseq = next_modseq(index, user_);
    add(decision, records::Subscription{user_, modseq, on_, name_});
    // It is a property of the mailbox (RFC 8621 §2), which counts as changed.
    const auto id = find_mailbox(index, user_, name_);
    auto info = id ? read_info(index, *id) : std::nullopt;
    if (info) add(decision, records::MailboxSet{to_mailbox(*id, std::move(*info)), modseq});
    event(MailboxId::of(user_, 0)).subscriptions_changed = true;
    return {};
}

}  // namespace helio::store
