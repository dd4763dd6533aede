#include "store/mailbox/acl_changes.h"

#include <algorithm>

#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/names.h"
#include "store/mailbox/sharing_records.h"

namespace helio::store {

Result<> SetAclChange::check_grantee(std::string_view identifier, std::string_view owner) const {
    if (identifier.starts_with('-')) return {};
    const auto& rules = context_.config.sharing;
    if (identifier == anyone || identifier == authuser || identifier.starts_with(anyone_prefix)) {
        if (!rules.grant_anyone && !rules.is_public_owner(owner)) return fail(errc::not_allowed, "anyone");
        if (!identifier.starts_with(anyone_prefix)) return {};
    }
    if (identifier == anonymous) return {};  // only ever posts
    if (!rules.may_share(domain_of(owner), domain_of(identifier))) return fail(errc::not_allowed, "other domain");
    return {};
}

Result<> SetAclChange::plan(storage::Decision& decision) {
    const auto& index = decision.index();
    const auto allowed = need(decision, mailbox_, Right::administer);
    if (!allowed) return allowed;
    const auto owner = read_user_name(index, mailbox_.owner());
    if (!owner) return fail(errc::no_such_user);
    const auto identifier = canonical_identifier(identifier_, *owner);
    if (!identifier) return fail(identifier.error());
    auto row = read_acl(index, mailbox_).value_or(AclRow{});
    const auto before = row.acl;
    const auto found = std::ranges::find(row.acl, *identifier, &AclEntry::identifier);
    // The owner has all rights until an entry says otherwise, so that is where adding and removing starts.
    auto rights = *identifier == *owner ? all_rights : Rights();
    if (found != row.acl.end()) rights = found->rights;
    if (action_ == AclAction::replace) rights = rights_;
    if (action_ == AclAction::add) rights = rights.with(rights_);
    if (action_ == AclAction::remove) rights = rights.without(rights_);
    if (found != row.acl.end()) row.acl.erase(found);
    if (action_ != AclAction::erase && (!rights.empty() || *identifier == *owner)) {
        const auto fine = check_grantee(*identifier, *owner);
        if (!fine) return fine;
        if (row.acl.size() >= context_.config.sharing.acl_entries) return fail(errc::too_many, "entries");
        row.acl.push_back({*identifier, rights});
        std::ranges::sort(row.acl, {}, &AclEntry::identifier);
    }
    if (row.acl == before) return {};
    add(decision, records::AclSet{mailbox_, next_modseq(index, mailbox_.owner()), std::string(domain_of(*owner)),
                                  std::move(row.acl)});
    event(mailbox_).acl_changed = true;
    if (const auto grantee = find_user(index, *identifier)) event(MailboxId::of(*grantee, 0)).shares_changed = true;
    return {};
}

void inherit_acl(storage::Decision& decision, const Mailbox& mailbox) {
    const auto& index = decision.index();
    const auto parents = parents_of(mailbox.name);
    for (auto parent = parents.rbegin(); parent != parents.rend(); ++parent) {
        const auto id = find_mailbox(index, mailbox.id.owner(), *parent);
        if (!id) continue;
        auto row = read_acl(index, *id);
        if (row && !row->acl.empty()) {
            const auto modseq = next_modseq(index, mailbox.id.owner());
            add_record(decision, records::AclSet{mailbox.id, modseq, std::move(row->domain), std::move(row->acl)});
        }
        return;
    }
}

}  // namespace helio::store
