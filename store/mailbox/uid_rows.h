// Rows of UIDs: which messages a mailbox has, 1,024 UIDs to a row, behind the messages' own rows. A session needs the
// list of UIDs before all else, and of a large mailbox it is a page or two instead of thousands. apply() keeps them.
#pragma once

#include <functional>

#include "store/mailbox/keys.h"
#include "store/mailbox/uid_set.h"

namespace helio::store {

/// Parts of `uids` that lie in one row, in order: calls use(part, uids).
void each_uid_part(const UidSet& uids, const std::function<void(std::uint32_t part, const UidSet& uids)>& use);

/// Writes what came and what went; empty rows go.
void update_uids(storage::IndexWriter& index, MailboxId id, const UidSet& added, const UidSet& removed);

/// The UIDs from `first` on.
UidSet read_uids(const storage::IndexReader& index, MailboxId id, Uid first);

}  // namespace helio::store
