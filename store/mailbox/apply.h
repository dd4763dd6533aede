// apply(): the effect of each record on the index. Idempotent; see mailbox_model.h.
#pragma once

#include "store/mailbox/records.h"
#include "store/mailbox/sharing_records.h"

namespace helio::store {

void apply(storage::IndexWriter& index, const records::User& record);
void apply(storage::IndexWriter& index, const records::UserFloor& record);
void apply(storage::IndexWriter& index, const records::MailboxSet& record);
void apply(storage::IndexWriter& index, const records::MailboxDeleted& record);
void apply(storage::IndexWriter& index, const records::MailboxPurged& record);
void apply(storage::IndexWriter& index, const records::MailboxFloor& record);
void apply(storage::IndexWriter& index, const records::Messages& record);
void apply(storage::IndexWriter& index, const records::FlagsChanged& record);
void apply(storage::IndexWriter& index, const records::Expunged& record);
void apply(storage::IndexWriter& index, const records::Summary& record);
void apply(storage::IndexWriter& index, const records::Keyword& record);
void apply(storage::IndexWriter& index, const records::Subscription& record);
void apply(storage::IndexWriter& index, const records::QuotaSet& record);
void apply(storage::IndexWriter& index, const records::QuotaNotice& record);
void apply(storage::IndexWriter& index, const records::Delivery& record);
void apply(storage::IndexWriter& index, const records::DeliveriesExpired& record);
void apply(storage::IndexWriter& index, const records::Uploaded& record);
void apply(storage::IndexWriter& index, const records::UploadGone& record);
void apply(storage::IndexWriter& index, const records::AclSet& record);

/// What a deleted mailbox leaves in the tables of sharing.
void drop_sharing(storage::IndexWriter& index, MailboxId mailbox);

}  // namespace helio::store
