// MailboxModel: what the store's records mean for the index (storage::Model). apply() depends on the record and the
// index alone and may meet records in any order that compaction leaves: a message may come before its mailbox's own
// record, a tombstone after what it cancels is gone. The rules that make a rebuild give the same index are in
// store/README.md. Stateless; called by one engine thread at a time.
#pragma once

#include "store/mailbox/keys.h"
#include "store/mailbox/records.h"

namespace helio::store {

class MailboxModel final : public storage::Model {
public:
    std::span<const storage::Table> tables() const override { return keys::tables; }
    std::uint32_t index_version() const override { return 2; }  // 2: rows of UIDs
    void apply(storage::IndexWriter& index, const storage::Record& record) override;
    void carry_forward(const storage::IndexReader& index, const storage::Record& record, bool oldest_stays,
                       storage::RecordSink& sink) override;
};

}  // namespace helio::store
