#include "store/mailbox/mailbox_changes.h"

#include "store/mailbox/copy_changes.h"
#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"

namespace helio::store {
namespace {

/// True when nothing is left of the mailbox after this step.
bool purge_step(storage::Decision& decision, MailboxId id, const DecideContext& context) {
    const auto most = context.config.limits.batch_messages;
    const auto messages = read_messages(decision.index(), id, UidSet::of(Uid{1}, Uid{UINT32_MAX}), most);
    if (!messages.empty()) expunge_messages(decision, id, messages, context);
    if (messages.size() == most) return false;
    add_record(decision, records::MailboxPurged{id, {}});
    return true;
}

/// The mailboxes below `name`.
std::vector<std::pair<std::string, MailboxId>> tree_below(const storage::IndexReader& index, UserId user,
                                                          const std::string& name) {
    std::vector<std::pair<std::string, MailboxId>> found;
    const auto prefix = keys::of_user(user, name + hierarchy_separator);
    const auto user_bytes = keys::of_user(user).size();
    index.scan(keys::name, prefix, keys::after_prefix(prefix), [&](std::string_view key, std::string_view value) {
        found.emplace_back(key.substr(user_bytes), keys::mailbox_of(value));
        return true;
    });
    return found;
}

bool is_parent(const storage::IndexReader& index, UserId user, const std::string& name) {
    bool found = false;
    const auto prefix = keys::of_user(user, name + hierarchy_separator);
    index.scan(keys::name, prefix, keys::after_prefix(prefix), [&found](std::string_view, std::string_view) {
        found = true;
        return false;
    });
    return found;
}

}  // namespace

Result<> CreateMailboxChange::plan(storage::Decision& decision) {
    if (!read_user(decision.index(), user_)) return fail(errc::no_such_user);
    const auto allowed = need_create(decision, user_, name_);
    if (!allowed) return allowed;
    if (find_mailbox(decision.index(), user_, name_)) return fail(errc::mailbox_exists, name_);
    const auto parents = make_parents(decision, user_, name_, context_);
    if (!parents) return fail(parents.error());
    for (const auto& parent : *parents) event(parent.id).mailbox_changed = true;
    auto made = make_mailbox(decision, user_, name_, use_, context_);
    if (!made) return fail(made.error());
    made_ = std::move(*made);
    event(made_.id).mailbox_changed = true;
    return {};
}

Result<> DeleteMailboxChange::plan(storage::Decision& decision) {
    if (wanted_) {
        const auto info = read_info(decision.index(), *wanted_);
        if (!info) return fail(errc::no_such_mailbox);
        name_ = info->name;
    }
    const auto id = find_mailbox(decision.index(), user_, name_);
    const bool own = actor().is_store() || actor().id == user_;
    const bool has_children = own && is_parent(decision.index(), user_, name_);
    if (!id) return fail(has_children ? errc::has_children : errc::no_such_mailbox, name_);
    const auto allowed = need(decision, *id, Right::remove);
    if (!allowed) return allowed;
    if (id->is_inbox()) return fail(errc::not_allowed, name_);
    const auto held = read_mailbox(decision.index(), *id).value_or(MailboxRow{}).messages;
    if (!with_messages_ && held > 0) return fail(errc::not_allowed, "it holds messages");
    id_ = *id;
    add(decision, records::MailboxDeleted{id_, next_modseq(decision.index(), user_)});
    purged_ = purge_step(decision, id_, context_);
    event(id_).mailbox_changed = true;
    return {};
}

Result<> PurgeChange::plan(storage::Decision& decision) {
    if (!decision.index().get(keys::dying, keys::of_mailbox(id_))) {
        purged_ = true;
        return {};
    }
    purged_ = purge_step(decision, id_, context_);
    return {};
}

Result<> RenameMailboxChange::plan(storage::Decision& decision) {
    const auto& index = decision.index();
    if (wanted_) {
        const auto info = read_info(index, *wanted_);
        if (!info) return fail(errc::no_such_mailbox);
        from_ = info->name;
    }
    const auto id = find_mailbox(index, user_, from_);
    auto tree = tree_below(index, user_, from_);
    // A name that only has mailboxes below it can be renamed too (RFC 3501 §6.3.5).
    if (id) tree.emplace(tree.begin(), from_, *id);
    if (tree.empty()) return fail(errc::no_such_mailbox, from_);
    const bool is_inbox = id && id->is_inbox();
    for (const auto& [name, mailbox] : tree) {
        const auto removable = need(decision, mailbox, Right::remove);
        if (!removable) return removable;
        if (id) break;  // the rest goes with it
    }
    const auto allowed = need_create(decision, user_, to_);
    if (!allowed) return allowed;
    if (is_below(to_, from_) && !is_inbox) return fail(errc::not_allowed, "below itself");
    if (find_mailbox(index, user_, to_)) return fail(errc::mailbox_exists, to_);
    const auto parents = make_parents(decision, user_, to_, context_);
    if (!parents) return fail(parents.error());
    for (const auto& parent : *parents) event(parent.id).mailbox_changed = true;
    return is_inbox ? move_inbox(decision) : rename_tree(decision, tree);
}

Result<> RenameMailboxChange::rename_tree(storage::Decision& decision,
                                          const std::vector<std::pair<std::string, MailboxId>>& tree) {
    const auto& index = decision.index();
    const auto modseq = next_modseq(index, user_);
    for (const auto& [name, id] : tree) {
        auto info = read_info(index, id);
        if (!info) continue;
        info->name = to_ + name.substr(from_.size());
        const auto checked = check_name(info->name, limits_);
        if (!checked) return fail(checked.error());
        if (find_mailbox(index, user_, info->name)) return fail(errc::mailbox_exists, info->name);
        add(decision, records::MailboxSet{to_mailbox(id, std::move(*info)), modseq});
        event(id).mailbox_changed = true;
    }
    return {};
}

Result<> RenameMailboxChange::move_inbox(storage::Decision& decision) {
    const auto inbox = MailboxId::of(user_, 0);
    const auto made = make_mailbox(decision, user_, to_, SpecialUse::none, context_);
    if (!made) return fail(made.error());
    const auto most = context_.config.limits.change_messages;
    const auto messages = read_messages(decision.index(), inbox, UidSet::of(Uid{1}, Uid{UINT32_MAX}), most + 1);
    if (messages.size() > most) return fail(errc::too_many_messages);
    auto& target = event(made->id);
    target.mailbox_changed = true;
    if (messages.empty()) return {};
    const auto copied = copy_messages(decision, inbox, messages, made->id, context_);
    if (!copied) return fail(copied.error());
    target.appended = copied->uids;
    expunge_messages(decision, inbox, messages, context_);
    for (const auto& message : messages) event(inbox).expunged.add(message.uid);
    return {};
}

}  // namespace helio::store
