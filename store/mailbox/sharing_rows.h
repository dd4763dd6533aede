// Rows of what users share, and typed reads of them. Kept apart from rows.h, since most of the store needs none of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/mailbox/keys.h"
#include "store/mailbox/requests.h"

namespace helio::store {

/// Value of keys::acl.
struct AclRow {
    ModSeq modseq;  ///< of the change that set it
    std::string domain;
    Acl acl;
    bool operator==(const AclRow&) const = default;
    std::string encode() const;
    static AclRow decode(std::string_view bytes);
};

/// Value of keys::annotation.
struct AnnotationRow {
    ModSeq modseq;
    std::string value;
    bool operator==(const AnnotationRow&) const = default;
    std::string encode() const;
    static AnnotationRow decode(std::string_view bytes);
};

std::optional<AclRow> read_acl(const storage::IndexReader& index, MailboxId id);
std::optional<std::string> read_user_name(const storage::IndexReader& index, UserId id);

/// Mailboxes whose lists name the user, one of his groups, or everybody of his domain or of one joined with it, with
/// some right; each once, in order, at most SharingRules::listed, of one owner a tenth of that or 100 (but for the
/// public owner). What he may do there is another question.
std::vector<MailboxId> shared_with(const storage::IndexReader& index, const Actor& actor, const SharingRules& rules);

/// Some list names a group: only then does anybody have to know who is in which.
bool uses_groups(const storage::IndexReader& index);

/// The reader whose own \Seen counts for `actor` in this mailbox: himself in others' mailboxes; nothing in his own.
std::optional<UserId> own_seen_reader(MailboxId mailbox, const Actor& actor, const SharingRules& rules);

/// What `actor` may do in a mailbox of which `read_info` tells that it exists.
Rights rights_in(const storage::IndexReader& index, MailboxId mailbox, const Actor& actor, const SharingRules& rules);

}  // namespace helio::store
