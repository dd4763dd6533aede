// carry_forward(): what must be written anew when the segment of a record goes (storage::Model). The rule for counters
// that must not fall back (UIDNEXT, MODSEQ, ordinals): the record that holds the present value answers for it; when it
// goes, a floor record takes over. Every other record writes what is still true of it, a tombstone stays while an older
// segment does.
#pragma once

#include "store/mailbox/records.h"
#include "store/mailbox/sharing_records.h"

namespace helio::store {

using storage::IndexReader;
using storage::RecordSink;

void carry_forward(const IndexReader& index, const records::User& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::UserFloor& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::MailboxSet& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::MailboxDeleted& record, bool oldest_stays,
                   RecordSink& sink);
void carry_forward(const IndexReader& index, const records::MailboxPurged& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::MailboxFloor& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::Messages& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::FlagsChanged& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::Expunged& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::Summary& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::Keyword& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::Subscription& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::QuotaSet& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::QuotaNotice& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::Delivery& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::DeliveriesExpired& record, bool oldest_stays,
                   RecordSink& sink);
void carry_forward(const IndexReader& index, const records::Uploaded& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::UploadGone& record, bool oldest_stays, RecordSink& sink);
void carry_forward(const IndexReader& index, const records::AclSet& record, bool oldest_stays, RecordSink& sink);

}  // namespace helio::store
