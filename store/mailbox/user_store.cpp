#include "store/mailbox/user_store.h"

#include "store/mailbox/annotation_changes.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/list_entries.h"
#include "store/mailbox/names.h"
#include "store/mailbox/sharing_rows.h"

namespace helio::store {

UserStore::UserStore(MailStore& store, UserId user, std::string name, GroupNames groups)
    : store_(store), actor_{user, std::move(name), std::move(groups)}, namespaces_(store.sharing(), actor_.name) {}

Result<> UserStore::read(const std::function<void(const UserView&)>& use) const { return store_.read(actor_.id, use); }

Result<> UserStore::read(MailboxId mailbox, const std::function<void(const MailboxView&)>& use) const {
    return AccountAccess(store_, mailbox.owner(), actor_).read(mailbox, use);
}

Result<AccountAccess> UserStore::account(std::string_view owner) const {
    if (owner.empty() || owner == actor_.name) return AccountAccess(store_, actor_.id);
    const auto id = store_.find_user(owner);
    bool any = false;
    store_.partition().read([&](const storage::IndexReader& index) {
        any = id && std::ranges::any_of(shared_with(index, actor_, sharing()), [&](MailboxId mailbox) {
                  return mailbox.owner() == *id &&
                         rights_in(index, mailbox, actor_, sharing()).has_any({Right::lookup, Right::read});
              });
    });
    if (!any) return fail(errc::no_such_user);
    return AccountAccess(store_, *id, actor_);
}

Result<> UserStore::check(MailboxId mailbox, Rights needed) const {
    Result<> done = fail(errc::no_such_mailbox);
    store_.partition().read([&](const storage::IndexReader& index) {
        if (read_info(index, mailbox)) done = check_rights(rights_in(index, mailbox, actor_, sharing()), needed);
    });
    return done;
}

Result<MailboxStatus> UserStore::status(MailboxId mailbox) const {
    MailboxStatus found;
    const auto done = read(mailbox, [&found](const MailboxView& view) { found = view.status(); });
    if (!done) return fail(done.error());
    return found;
}

Result<UidsAt> UserStore::uids_at(MailboxId mailbox) const {
    const auto allowed = check(mailbox, Right::read);
    if (!allowed) return fail(allowed.error());
    return store_.uids_at(mailbox);
}

Result<std::shared_ptr<const UidSet>> UserStore::uids(MailboxId mailbox) const {
    auto found = uids_at(mailbox);
    if (!found) return fail(std::move(found).error());
    return std::move(found->uids);
}

Result<UserStore::Place> UserStore::place_of(std::string_view name) const {
    auto owned = namespaces_.resolve(name);
    if (!owned) return fail(errc::no_such_mailbox);
    if (owned->owner == actor_.name) return Place{actor_.id, std::move(owned->name)};
    // Whether there is an account in a domain of others is not told.
    const bool related = sharing().may_share(domain_of(actor_.name), domain_of(owned->owner));
    const auto owner = related ? store_.find_user(owned->owner) : std::nullopt;
    if (!owner) return fail(errc::no_such_mailbox);
    return Place{*owner, std::move(owned->name)};
}

Result<Mailbox> UserStore::find_mailbox(std::string_view name) const {
    const auto place = place_of(name);
    if (!place) return fail(place.error());
    auto found = store_.find_mailbox(place->owner, place->name);
    if (!found) return found;
    const auto mine = rights(found->id);
    if (!mine) return fail(mine.error());
    if (place->owner != actor_.id) found->name = namespaces_.visible(owner_of(found->id), found->name).value_or("");
    return found;
}

Result<Rights> UserStore::rights(MailboxId mailbox) const {
    Rights mine;
    store_.partition().read([&](const storage::IndexReader& index) {
        if (read_info(index, mailbox)) mine = rights_in(index, mailbox, actor_, sharing());
    });
    if (mine.empty()) return fail(errc::no_such_mailbox);
    return mine;
}

std::string UserStore::owner_of(MailboxId mailbox) const {
    if (mailbox.owner() == actor_.id) return actor_.name;
    std::optional<std::string> name;
    store_.partition().read([&](const storage::IndexReader& index) { name = read_user_name(index, mailbox.owner()); });
    return std::move(name).value_or("");
}

Result<Acl> UserStore::acl(MailboxId mailbox) const {
    const auto allowed = check(mailbox, Right::administer);
    if (!allowed) return fail(allowed.error());
    Acl acl;
    store_.partition().read([&](const storage::IndexReader& index) {
        if (auto row = read_acl(index, mailbox)) acl = std::move(row->acl);
    });
    const auto owner = owner_of(mailbox);
    if (std::ranges::find(acl, owner, &AclEntry::identifier) == acl.end()) acl.insert(acl.begin(), {owner, all_rights});
    return acl;
}

void UserStore::add_shared(const storage::IndexReader& index, std::vector<Mailbox>& mailboxes) const {
    const auto& rules = sharing();
    for (const auto id : shared_with(index, actor_, rules)) {
        if (id.owner() == actor_.id || !rights_in(index, id, actor_, rules).has(Right::lookup)) continue;
        auto info = read_info(index, id);
        const auto owner = read_user_name(index, id.owner());
        if (!info || !owner) continue;
        auto visible = namespaces_.visible(*owner, info->name);
        if (!visible) continue;
        info->name = std::move(*visible);
        mailboxes.push_back(to_mailbox(id, std::move(*info)));
    }
}

Result<std::vector<ListEntry>> UserStore::list() const {
    std::vector<Mailbox> mailboxes;
    std::vector<std::string> subscriptions;
    store_.partition().read([&](const storage::IndexReader& index) {
        const UserView view(index, actor_.id);
        mailboxes = view.mailboxes();
        // Own mailboxes that an older configuration let be made where others' are now.
        std::erase_if(mailboxes, [&](const Mailbox& mailbox) { return namespaces_.is_shared(mailbox.name); });
        add_shared(index, mailboxes);
        subscriptions = view.subscriptions();
    });
    return complete_list(std::move(mailboxes), std::move(subscriptions));
}

Task<Result<Mailbox>> UserStore::create_mailbox(std::string name, SpecialUse use) {
    name = canonical_name(name);
    // Before the owner is looked up, so that the answer says nothing of him.
    const auto checked = check_name(name, {limits().name_bytes, limits().name_depth});
    if (!checked) co_return fail(checked.error());
    auto place = place_of(name);
    if (!place) co_return fail(errc::no_permission, std::move(name));
    auto made = co_await store_.create_mailbox(place->owner, std::move(place->name), use, actor_);
    if (made && made->id.owner() != actor_.id) {
        made->name = namespaces_.visible(owner_of(made->id), made->name).value_or("");
    }
    co_return made;
}

Task<Result<>> UserStore::delete_mailbox(std::string name) {
    auto place = place_of(name);
    if (!place) co_return fail(place.error());
    co_return co_await store_.delete_mailbox(place->owner, std::move(place->name), actor_);
}

Task<Result<>> UserStore::rename_mailbox(std::string from, std::string to) {
    auto source = place_of(from);
    if (!source) co_return fail(source.error());
    auto target = place_of(canonical_name(to));
    if (!target || target->owner != source->owner) {
        // Refused either way, and without rights there nothing tells whether there is something.
        if (source->owner != actor_.id && !find_mailbox(from)) co_return fail(errc::no_such_mailbox);
        co_return fail(errc::not_allowed, "another owner");
    }
    co_return co_await store_.rename_mailbox(source->owner, std::move(source->name), std::move(target->name), actor_);
}

Task<Result<>> UserStore::subscribe(std::string name, bool on) {
    co_return co_await store_.subscribe(actor_.id, std::move(name), on);
}

Result<> UserStore::each_annotation(std::optional<MailboxId> mailbox, const VisitAnnotation& visit) const {
    Result<> done;
    store_.partition().read([&](const storage::IndexReader& index) {
        const auto id = mailbox.value_or(MailboxId{});
        if (mailbox) {
            done = fail(errc::no_such_mailbox);
            const auto info = read_info(index, id);
            if (!info) return;
            const auto mine = rights_in(index, id, actor_, sharing());
            // RFC 5464 §3.3: l and one of the rights to do something with messages.
            done = check_rights(mine, Right::lookup);
            const bool any = mine.has_any({Right::read, Right::seen, Right::write, Right::insert, Right::post});
            if (done && !any) done = fail(errc::no_permission);
            if (!done) return;
            if (id.owner() == actor_.id && info->special_use != SpecialUse::none)
                visit(special_use_entry, to_string(info->special_use));
        }
        const auto scope = [&](UserId whose) {
            const auto prefix = keys::of_annotation(id, whose, "");
            index.scan(keys::annotation, prefix, keys::after_prefix(prefix),
                       [&](std::string_view key, std::string_view value) {
                           visit(key.substr(prefix.size()), AnnotationRow::decode(value).value);
                           return true;
                       });
        };
        scope(actor_.id);
        if (mailbox) scope(UserId{});
    });
    return done;
}

Task<Result<>> UserStore::set_annotations(std::optional<MailboxId> mailbox, std::vector<AnnotationValue> values) {
    co_return co_await store_.set_annotations(mailbox, std::move(values), actor_);
}

Task<Result<>> UserStore::set_acl(MailboxId mailbox, std::string identifier, AclAction action, Rights rights) {
    co_return co_await store_.set_acl(mailbox, std::move(identifier), action, rights, actor_);
}

Task<QuotaLimits> UserStore::measured(MailboxId mailbox, QuotaLimits own) const {
    if (mailbox.owner() == actor_.id) co_return own;
    // Who may not write there learns that from the change; the directory is not asked for him.
    const auto mine = rights(mailbox);
    if (!mine || !mine->has(Right::insert)) co_return QuotaLimits{};
    co_return co_await store_.known_quota(owner_of(mailbox));
}

Task<Result<std::vector<Appended>>> UserStore::append(MailboxId mailbox, std::vector<NewMessage> messages,
                                                      QuotaLimits quota) {
    const auto limits = co_await measured(mailbox, quota);
    co_return co_await store_.append(mailbox, std::move(messages), limits, actor_);
}

Task<Result<Replaced>> UserStore::replace(MailboxId from, Uid uid, MailboxId to, NewMessage message,
                                          QuotaLimits quota) {
    const auto limits = co_await measured(to, quota);
    co_return co_await store_.replace(from, uid, to, std::move(message), limits, actor_);
}

Task<Result<FlagsStored>> UserStore::store_flags(StoreFlags request) {
    co_return co_await store_.store_flags(std::move(request), actor_);
}

Task<Result<Expunged>> UserStore::expunge_deleted(MailboxId mailbox, std::optional<UidSet> uids) {
    // Nothing is logged when nothing carries \Deleted, and then nothing would be checked.
    const auto allowed = check(mailbox, Right::expunge);
    if (!allowed) co_return fail(allowed.error());
    co_return co_await store_.expunge_deleted(mailbox, std::move(uids), actor_);
}

Task<Result<Expunged>> UserStore::expunge(MailboxId mailbox, UidSet uids) {
    co_return co_await store_.expunge(mailbox, std::move(uids), actor_);
}

Task<Result<Copied>> UserStore::copy(MailboxId from, UidSet uids, MailboxId to, QuotaLimits quota) {
    const auto limits = co_await measured(to, quota);
    co_return co_await store_.copy(from, std::move(uids), to, limits, actor_);
}

Task<Result<Copied>> UserStore::move(MailboxId from, UidSet uids, MailboxId to, QuotaLimits quota) {
    const auto limits = co_await measured(to, quota);
    co_return co_await store_.move(from, std::move(uids), to, limits, actor_);
}

Result<Watch> UserStore::watch(MailboxId mailbox, OnMailboxEvent on_event) {
    const auto allowed = check(mailbox, Right::read);
    if (!allowed) return fail(allowed.error());
    return store_.watch(mailbox, std::move(on_event));
}

}  // namespace helio::store
