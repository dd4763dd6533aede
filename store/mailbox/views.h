// MailboxView and UserView: what a read sees; one consistent snapshot of the index. They exist only inside
// MailStore::read(): copy out what you need, never suspend inside.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/storage/partition.h"
#include "store/mailbox/expunged_row.h"
#include "store/mailbox/message.h"
#include "store/mailbox/requests.h"
#include "store/mailbox/uid_set.h"

namespace helio::store {

class MailboxView {
public:
    /// Use MailStore::read(). `mailbox` must exist in `index`.
    /// With `reader`, flags, counts and MODSEQ are as that user sees them, who has a \Seen of his own here.
    MailboxView(const storage::IndexReader& index, Mailbox mailbox, std::optional<UserId> reader = {})
        : index_(index), mailbox_(std::move(mailbox)), reader_(reader) {}

    const Mailbox& mailbox() const { return mailbox_; }
    MailboxStatus status() const;
    Keywords keywords() const;

    std::optional<Message> find(Uid uid) const;
    /// Each message with first <= UID <= last in order, until `visit` answers false.
    using Visit = std::function<bool(const Message& message)>;
    void each(Uid first, Uid last, const Visit& visit) const;
    /// Each message whose UID is in `uids`, in order; UIDs that do not exist are passed over.
    void each(const UidSet& uids, const Visit& visit) const;
    /// The UIDs that exist. Sessions use MailStore::uids(), which remembers.
    UidSet uids() const;
    UidSet uids_from(Uid first) const;
    /// First message without \Seen (a scan up to there).
    std::optional<Uid> first_unseen() const;

    /// UIDs expunged after `since` (RFC 7162 §3.2.5.2 VANISHED (EARLIER)). When the history does not reach back that
    /// far: all UIDs below UIDNEXT that do not exist, which the RFC allows.
    UidSet vanished_since(ModSeq since) const;

    /// What left this mailbox after `since`, change by change; false when the history does not reach back that far.
    using VisitExpunged = std::function<void(ModSeq change, const ExpungedRow& gone)>;
    bool each_expunged_since(ModSeq since, const VisitExpunged& visit) const;

    /// The stored summary of a message's text: what mail::encode(summary) gave. Holds until the read ends.
    std::optional<std::string_view> summary(BodyId body) const;

private:
    const storage::IndexReader& index_;
    Mailbox mailbox_;
    std::optional<UserId> reader_;
};

/// The UIDs of a mailbox as they were at its `modseq`.
struct UidsAt {
    std::shared_ptr<const UidSet> uids;
    ModSeq modseq;
    Uid uid_next;  ///< this and the next one: as MailboxStatus has them
    ModSeq last_expunge;
};

/// One message of an account and where it is.
struct EmailCopy {
    MailboxId mailbox;
    Message message;
};

class UserView {
public:
    UserView(const storage::IndexReader& index, UserId user) : index_(index), user_(user) {}
    /// Another's account as `viewer` sees it: mailboxes() and what is below them are those that he may read, and no
    /// upload is his. Both must outlive this.
    UserView(const storage::IndexReader& index, UserId user, const Actor& viewer, const SharingRules& rules)
        : index_(index), user_(user), viewer_(&viewer), rules_(&rules) {}

    UserId id() const { return user_; }
    Usage usage() const;
    /// The state of the whole account: the modseq of its last change.
    ModSeq modseq() const;
    /// With a viewer: a digest of which mailboxes he sees and what he may do there. When it changes, what he knew of
    /// the account tells nothing any more.
    std::optional<std::uint64_t> sight() const;
    /// "INBOX" in any case is the inbox (RFC 9051 §5.1).
    std::optional<Mailbox> find(std::string_view name) const;
    /// All mailboxes in byte order of their names, INBOX first.
    std::vector<Mailbox> mailboxes() const;
    /// The same with children and subscription told, and with subscribed names that have no mailbox.
    std::vector<ListEntry> list() const;
    /// True when there is a mailbox below `name`.
    bool has_children(std::string_view name) const;
    std::vector<std::string> subscriptions() const;
    /// All messages of this account that are copies of one email.
    std::vector<EmailCopy> copies(EmailId email) const;
    /// The MODSEQ of the last deletion of a mailbox; 0: none yet.
    ModSeq last_deletion() const;
    std::optional<Upload> upload(BodyId body) const;
    /// The view of one of this user's mailboxes in the same snapshot.
    std::optional<MailboxView> mailbox(MailboxId id) const;

private:
    std::vector<MailboxId> all_mailboxes() const;
    bool may_read(MailboxId id) const;

    const storage::IndexReader& index_;
    UserId user_;
    const Actor* viewer_ = nullptr;
    const SharingRules* rules_ = nullptr;
};

}  // namespace helio::store
