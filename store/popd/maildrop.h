// Maildrop: the user's INBOX as one POP3 session sees it (RFC 1939 §5): a snapshot taken at login, numbered from 1,
// with deletion marks that only QUIT carries out. MaildropLocks: at most one session in a maildrop.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "store/mailbox/user_store.h"

namespace helio::store {

/// Thread-safe; one per store.
class MaildropLocks {
public:
    /// Losing it opens the maildrop to the next session.
    class Lock {
    public:
        Lock() = default;
        Lock(MaildropLocks& locks, UserId user) : locks_(&locks), user_(user) {}
        Lock(Lock&& other) noexcept : locks_(std::exchange(other.locks_, nullptr)), user_(other.user_) {}
        Lock& operator=(Lock&& other) noexcept;
        ~Lock() { release(); }

    private:
        void release();
        MaildropLocks* locks_ = nullptr;
        UserId user_;
    };

    /// Nothing while another session holds it.
    std::optional<Lock> take(UserId user);

private:
    std::mutex lock_;
    std::unordered_set<UserId> held_;
};

class Maildrop {
public:
    struct Entry {
        Uid uid;
        bool seen = false;
        bool deleted = false;
        bool duplicate = false;  ///< the email's id names another one
        std::uint64_t size = 0;
        BodyId body;
        EmailId email;
    };

    Maildrop() = default;
    /// Reads the INBOX. Errors: store::errc no_such_mailbox, no_permission.
    static Result<Maildrop> load(const UserStore& store, MailboxId inbox);

    MailboxId mailbox() const { return mailbox_; }
    /// Messages and bytes without those marked deleted: STAT.
    std::size_t count() const { return count_; }
    std::uint64_t bytes() const { return bytes_; }

    /// The message of that number; nullptr when there is none or it is marked deleted.
    const Entry* find(std::string_view number) const;
    /// All messages, those marked deleted too; the first has number 1.
    const std::vector<Entry>& entries() const { return entries_; }
    /// The email's id, with the UID behind it for a duplicate: the same in every session, whatever comes and goes, and
    /// after moves and a rebuild (RFC 1939 §7 UIDL).
    std::string unique_id(const Entry& entry) const;

    /// `entry` must come from find().
    void mark_deleted(const Entry& entry);
    void mark_retrieved(const Entry& entry);
    /// RSET.
    void unmark_all();

    UidSet deleted() const;
    /// Retrieved, not \Seen before and not to be deleted.
    UidSet newly_seen() const;

private:
    Entry& mutable_entry(const Entry& entry) { return entries_[static_cast<std::size_t>(&entry - entries_.data())]; }

    MailboxId mailbox_;
    std::vector<Entry> entries_;
    UidSet retrieved_;
    std::size_t count_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace helio::store
