// Typed reads of the index: a key and its row in one step. Used by the model, the changes and the views.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "store/mailbox/keys.h"
#include "store/mailbox/quota_root.h"
#include "store/mailbox/rows.h"
#include "store/mailbox/views.h"

namespace helio::store {

std::optional<MailboxRow> read_mailbox(const storage::IndexReader& index, MailboxId id);
std::optional<InfoRow> read_info(const storage::IndexReader& index, MailboxId id);
std::optional<UserRow> read_user(const storage::IndexReader& index, UserId id);
std::optional<Message> read_message(const storage::IndexReader& index, MailboxId id, Uid uid);
std::optional<UserId> find_user(const storage::IndexReader& index, std::string_view name);
/// By its name as stored (see canonical_name()).
std::optional<MailboxId> find_mailbox(const storage::IndexReader& index, UserId user, std::string_view name);
std::optional<DomainRow> read_domain(const storage::IndexReader& index, std::string_view domain);
/// What an administrator set for this root.
std::optional<QuotaLimits> read_quota(const storage::IndexReader& index, const QuotaRootId& root);
Mailbox to_mailbox(MailboxId id, InfoRow info);
/// The copies of an email in one account, in mailboxes that still exist.
std::vector<EmailCopy> read_copies(const storage::IndexReader& index, UserId user, EmailId email);
/// One of them.
std::optional<EmailCopy> first_copy(const storage::IndexReader& index, UserId user, EmailId email);

}  // namespace helio::store
