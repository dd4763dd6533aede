// apply() of the records in sharing_records.h.
#include <algorithm>

#include "store/mailbox/apply.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/seen_rows.h"
#include "store/mailbox/sharing_rows.h"
#include "store/mailbox/uid_rows.h"

namespace helio::store {
namespace {

void reach_user(storage::IndexWriter& index, UserId id, ModSeq modseq) {
    auto user = read_user(index, id).value_or(UserRow{});
    if (user.modseq >= modseq) return;
    user.modseq = modseq;
    index.put(keys::mailbox, keys::user_row(id), user.encode());
}

/// Who finds the mailbox by this entry: a user's or group's name, "@domain" for everybody of it; empty: nobody. What is
/// taken from a group stands there too, so that uses_groups() sees it; nobody looks for that.
std::string grantee_of(const AclEntry& entry, const std::string& domain) {
    if (entry.identifier.starts_with('-')) {
        return entry.identifier.substr(1).starts_with(group_prefix) ? entry.identifier : std::string();
    }
    if (entry.rights.empty() || entry.identifier == anonymous) return {};
    if (entry.identifier == anyone || entry.identifier == authuser) return "@" + domain;
    if (entry.identifier.starts_with(anyone_prefix)) return entry.identifier.substr(anyone_prefix.size() - 1);
    return entry.identifier;
}

void erase_grants(storage::IndexWriter& index, MailboxId mailbox, const AclRow& row) {
    for (const auto& entry : row.acl) {
        const auto grantee = grantee_of(entry, row.domain);
        if (!grantee.empty()) index.erase(keys::shared, keys::of_grantee(grantee, mailbox));
    }
}

}  // namespace

void apply(storage::IndexWriter& index, const records::AclSet& record) {
    reach_user(index, record.mailbox.owner(), record.modseq);
    if (const auto row = read_acl(index, record.mailbox)) {
        if (row->modseq > record.modseq) return;
        erase_grants(index, record.mailbox, *row);
    }
    const AclRow row{record.modseq, record.domain, record.acl};
    index.put(keys::acl, keys::of_mailbox(record.mailbox), row.encode());
    for (const auto& entry : row.acl) {
        const auto grantee = grantee_of(entry, row.domain);
        if (!grantee.empty()) index.put(keys::shared, keys::of_grantee(grantee, record.mailbox), "");
    }
}

void apply(storage::IndexWriter& index, const records::SharedSeen& record) {
    reach_user(index, record.mailbox.owner(), record.modseq);
    auto total = read_seen_total(index, record.mailbox, record.user).value_or(SeenTotal{});
    const auto set = [&](const UidSet& uids, bool seen) {
        each_uid_part(uids, [&](std::uint32_t part, const UidSet& some) {
            auto row = read_seen(index, record.mailbox, part, record.user);
            const auto before = row.seen_count();
            row.set(some, seen, record.modseq);
            total.seen += static_cast<std::uint32_t>(row.seen_count() - before);
            index.put(keys::seen, keys::seen_part(record.mailbox, part, record.user), row.encode());
        });
    };
    set(record.seen, true);
    set(record.unseen, false);
    total.modseq = std::max(total.modseq, record.modseq);
    index.put(keys::seen, keys::seen_total(record.mailbox, record.user), total.encode());
}

void apply(storage::IndexWriter& index, const records::Annotation& record) {
    const bool of_server = record.mailbox.value == 0;
    reach_user(index, of_server ? record.user : record.mailbox.owner(), record.modseq);
    const auto key = keys::of_annotation(record.mailbox, record.user, record.name);
    const auto row = index.get(keys::annotation, key);
    if (row && AnnotationRow::decode(*row).modseq > record.modseq) return;
    if (record.value) {
        index.put(keys::annotation, key, AnnotationRow{record.modseq, *record.value}.encode());
    } else {
        index.erase(keys::annotation, key);
    }
}

void drop_sharing(storage::IndexWriter& index, MailboxId mailbox) {
    if (const auto row = read_acl(index, mailbox)) {
        erase_grants(index, mailbox, *row);
        index.erase(keys::acl, keys::of_mailbox(mailbox));
    }
    drop_seen(index, mailbox);
    std::vector<std::string> annotations;
    const auto prefix = keys::of_mailbox(mailbox);
    index.scan(keys::annotation, prefix, keys::after_prefix(prefix), [&](std::string_view key, std::string_view) {
        annotations.emplace_back(key);
        return true;
    });
    for (const auto& key : annotations) index.erase(keys::annotation, key);
}

}  // namespace helio::store
