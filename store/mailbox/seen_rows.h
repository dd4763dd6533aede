// \Seen of those who read mailboxes of others: which messages a user has seen there, kept apart from the owner's flags.
// Rows of up to 1,024 UIDs per user, and one row per user with the number of messages seen and the newest change.
// A message that no row names is unseen.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/mailbox/keys.h"
#include "store/mailbox/message.h"
#include "store/mailbox/uid_set.h"

namespace helio::store {

/// Value of keys::seen for a part of the mailbox's UIDs: each UID is in one group at most.
struct SeenRow {
    struct Group {
        ModSeq modseq;  ///< of the change
        bool seen = false;
        UidSet uids;
        bool operator==(const Group&) const = default;
    };
    std::vector<Group> groups;  ///< by modseq, then unseen before seen
    bool operator==(const SeenRow&) const = default;

    /// UIDs whose change is newer stay as they are.
    void set(UidSet uids, bool seen, ModSeq modseq);
    void remove(const UidSet& uids);
    std::size_t seen_count() const;
    const Group* find(Uid uid) const;

    std::string encode() const;
    static SeenRow decode(std::string_view bytes);
};

/// Value of keys::seen_total.
struct SeenTotal {
    std::uint32_t seen = 0;  ///< messages that exist and that the user has seen
    ModSeq modseq;           ///< of his last change
    bool operator==(const SeenTotal&) const = default;
    std::string encode() const;
    static SeenTotal decode(std::string_view bytes);
};

std::optional<SeenTotal> read_seen_total(const storage::IndexReader& index, MailboxId mailbox, UserId user);
SeenRow read_seen(const storage::IndexReader& index, MailboxId mailbox, std::uint32_t part, UserId user);

/// Shows messages of a mailbox as one reader sees them: his own \Seen, and the MODSEQ of whichever changed last.
/// Without a reader they stay as they are. Keeps one row at a time: cheap for messages in order.
class SeenOverlay {
public:
    SeenOverlay(const storage::IndexReader& index, MailboxId mailbox, std::optional<UserId> reader)
        : index_(index), mailbox_(mailbox), reader_(reader) {}
    void show(Message& message);
    bool is_on() const { return reader_.has_value(); }

private:
    const storage::IndexReader& index_;
    MailboxId mailbox_;
    std::optional<UserId> reader_;
    std::optional<std::uint32_t> part_;
    SeenRow row_;
};

/// Messages are gone: so is what was known of them.
void forget_seen(storage::IndexWriter& index, MailboxId mailbox, const UidSet& uids);
/// The mailbox is gone.
void drop_seen(storage::IndexWriter& index, MailboxId mailbox);

}  // namespace helio::store
