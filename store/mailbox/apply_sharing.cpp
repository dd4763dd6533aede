// apply() of the records in sharing_records.h.
#include <algorithm>

#include "store/mailbox/apply.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/sharing_rows.h"

namespace helio::store {
namespace {

void reach_user(storage::IndexWriter& index, UserId id, ModSeq modseq) {
    auto user = read_user(index, id).value_or(UserRow{});
    if (user.modseq >= modseq) return;
    user.modseq = modseq;
    index.put(keys::mailbox, keys::user_row(id), user.encode());
}

/// Who finds the mailbox by this entry: a user's name, "@domain" for everybody of it; empty: nobody.
std::string grantee_of(const AclEntry& entry, const std::string& domain) {
    if (entry.identifier.starts_with('-') || entry.rights.empty()) return {};
    if (entry.identifier == anyone || entry.identifier == authuser) return "@" + domain;
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

void drop_sharing(storage::IndexWriter& index, MailboxId mailbox) {
    const auto row = read_acl(index, mailbox);
    if (!row) return;
    erase_grants(index, mailbox, *row);
    index.erase(keys::acl, keys::of_mailbox(mailbox));
}

}  // namespace helio::store
