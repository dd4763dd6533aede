// Typed reads of the index: a key and its row in one step. Used by the model, the changes and the views.
#pragma once

#include <optional>
#include <string_view>

#include "store/mailbox/keys.h"
#include "store/mailbox/rows.h"

namespace helio::store {

std::optional<MailboxRow> read_mailbox(const storage::IndexReader& index, MailboxId id);
std::optional<InfoRow> read_info(const storage::IndexReader& index, MailboxId id);
std::optional<UserRow> read_user(const storage::IndexReader& index, UserId id);
std::optional<Message> read_message(const storage::IndexReader& index, MailboxId id, Uid uid);
std::optional<UserId> find_user(const storage::IndexReader& index, std::string_view name);
/// By its name as stored (see canonical_name()).
std::optional<MailboxId> find_mailbox(const storage::IndexReader& index, UserId user, std::string_view name);
Mailbox to_mailbox(MailboxId id, InfoRow info);
bool is_held(const storage::IndexReader& index, BodyId body);

}  // namespace helio::store
