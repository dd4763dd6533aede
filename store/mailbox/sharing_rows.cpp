#include "store/mailbox/sharing_rows.h"

#include <algorithm>

#include "store/mailbox/encoding.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/rows.h"

namespace helio::store {
namespace {

constexpr std::uint8_t version_1 = 1;

}  // namespace

std::string AclRow::encode() const {
    Encoder out;
    out.u8(version_1).number(modseq.value).text(domain).number(acl.size());
    for (const auto& entry : acl) out.text(entry.identifier).number(entry.rights.bits);
    return out.take();
}

AclRow AclRow::decode(std::string_view bytes) {
    Decoder in(bytes);
    if (in.u8() != version_1) in.fault();
    AclRow row;
    row.modseq.value = in.number();
    row.domain = in.text();
    const auto count = in.count();
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        auto& entry = row.acl.emplace_back();
        entry.identifier = in.text();
        entry.rights = Rights::of(in.number32());
    }
    if (!in.done()) throw CorruptIndex("the index holds an access control list that can't be read");
    return row;
}

std::string AnnotationRow::encode() const { return Encoder().u8(version_1).number(modseq.value).raw(value).take(); }

AnnotationRow AnnotationRow::decode(std::string_view bytes) {
    Decoder in(bytes);
    if (in.u8() != version_1) in.fault();
    AnnotationRow row;
    row.modseq.value = in.number();
    if (!in.ok()) throw CorruptIndex("the index holds an annotation that can't be read");
    row.value = in.rest();
    return row;
}

std::optional<AclRow> read_acl(const storage::IndexReader& index, MailboxId id) {
    const auto row = index.get(keys::acl, keys::of_mailbox(id));
    if (!row) return std::nullopt;
    return AclRow::decode(*row);
}

std::optional<std::string> read_user_name(const storage::IndexReader& index, UserId id) {
    const auto name = index.get(keys::owner, keys::of_user(id));
    if (!name) return std::nullopt;
    return std::string(*name);
}

bool uses_groups(const storage::IndexReader& index) {
    bool any = false;
    for (const auto& prefix : {std::string(group_prefix), "-" + std::string(group_prefix)}) {
        index.scan(keys::shared, prefix, keys::after_prefix(prefix), [&any](std::string_view, std::string_view) {
            any = true;
            return false;
        });
    }
    return any;
}

std::vector<MailboxId> shared_with(const storage::IndexReader& index, const Actor& actor, const SharingRules& rules) {
    std::vector<MailboxId> found;
    const auto domains = rules.domains_with(domain_of(actor.name));
    std::vector<UserId> public_owners;
    for (const auto& domain : domains)
        if (const auto owner = find_user(index, rules.public_owner + "@" + domain)) public_owners.push_back(*owner);
    // One owner, whose mailboxes lie side by side, can't crowd out what others share; the public owner may.
    const auto most_of_one = std::max<std::size_t>(rules.listed / 10, 100);
    const auto collect = [&](const std::string& grantee) {
        const auto prefix = keys::of_grantee(grantee);
        UserId owner;
        std::size_t of_owner = 0;
        index.scan(keys::shared, prefix, keys::after_prefix(prefix), [&](std::string_view key, std::string_view) {
            if (found.size() >= rules.listed) return false;
            const auto mailbox = keys::mailbox_of(key.substr(prefix.size()));
            of_owner = mailbox.owner() == owner ? of_owner + 1 : 1;
            owner = mailbox.owner();
            const bool is_public = std::ranges::find(public_owners, owner) != public_owners.end();
            if (is_public || of_owner <= most_of_one) found.push_back(mailbox);
            return true;
        });
    };
    collect(actor.name);
    if (actor.groups) {
        for (const auto& group : *actor.groups) collect(std::string(group_prefix) + group);
    }
    for (const auto& domain : domains) collect("@" + domain);
    std::ranges::sort(found);
    const auto doubles = std::ranges::unique(found);
    found.erase(doubles.begin(), doubles.end());
    return found;
}

std::optional<UserId> own_seen_reader(MailboxId mailbox, const Actor& actor, const SharingRules& rules) {
    if (!rules.own_seen || actor.is_store() || mailbox.owner() == actor.id) return std::nullopt;
    return actor.id;
}

Rights rights_in(const storage::IndexReader& index, MailboxId mailbox, const Actor& actor, const SharingRules& rules) {
    if (actor.is_store()) return all_rights;
    const bool own = mailbox.owner() == actor.id;
    const auto row = read_acl(index, mailbox);
    if (!row) return own ? all_rights : Rights();
    const auto owner = own ? std::optional(actor.name) : read_user_name(index, mailbox.owner());
    if (!owner) return {};
    return effective_rights(row->acl, *owner, actor.name, rules, actor.groups);
}

}  // namespace helio::store
