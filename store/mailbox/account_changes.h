// What changed in an account since a state (RFC 8620 §5.2). The state of every type is the account's MODSEQ: one
// counter for all mailboxes. Worked out from message rows and the history of expunges in steps, each a short read, so
// that a large account does not hold a worker; what changes meanwhile is told again from the new state.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "store/mailbox/account_access.h"

namespace helio::store {

/// Goes through messages of an account, mailbox by mailbox, in steps.
class AccountReader {
public:
    AccountReader(AccountAccess account, std::vector<MailboxId> mailboxes)
        : account_(std::move(account)), mailboxes_(std::move(mailboxes)) {}
    /// All mailboxes of the account, as far as they are seen.
    explicit AccountReader(AccountAccess account);

    using Visit = std::function<void(const MailboxView& view, const Message& message)>;
    /// Visits at most `rows` more; false when there are no more. Mailboxes that went meanwhile are passed over.
    bool step(std::size_t rows, const Visit& visit);

private:
    AccountAccess account_;
    std::vector<MailboxId> mailboxes_;
    std::size_t at_ = 0;
    Uid next_{1};
};

template <class Id>
struct ChangedIds {
    std::vector<Id> created;
    std::vector<Id> updated;
    std::vector<Id> destroyed;
};

class AccountChanges {
public:
    enum class Of { emails, threads, mailboxes };
    /// Errors: no_such_user, state_unknown (a mailbox was deleted since, the history does not reach back, or `since` is
    /// of the future).
    static Result<AccountChanges> begin(const AccountAccess& account, ModSeq since, Of of);

    /// Looks at `rows` more messages; false when all are done. Only then ask what changed.
    bool step(std::size_t rows);

    /// At most `most` emails, the oldest changes first. `state` becomes the one to go on from, `more` tells whether
    /// there is more than that. Errors: state_unknown when one change alone touches more than `most`, or when more was
    /// moved meanwhile than mailboxes remember.
    Result<ChangedIds<EmailId>> emails(std::size_t most, ModSeq& state, bool& more) const;
    /// Threads that an email came into or left. Errors: state_unknown when they are more than `most`, or as emails().
    Result<ChangedIds<ThreadId>> threads(std::size_t most) const;
    /// Mailboxes; `counts_only`: no updated one changed but in its counts. Errors: as threads().
    Result<ChangedIds<MailboxId>> mailboxes(std::size_t most, bool& counts_only) const;
    /// The state that all of it leads to.
    ModSeq state() const { return state_; }

private:
    AccountChanges(const AccountAccess& account, ModSeq since, Of of)
        : account_(account), since_(since), of_(of), reader_(account, std::vector<MailboxId>()) {}
    Result<> read_mailboxes(const UserView& view);
    void check_expunged(const UserView& view);
    void see_moved(const UserView& view);
    void see(const Message& message);
    void see_thread(const Message& message);

    struct EmailState {
        ModSeq changed;  ///< the newest change of a copy
        ModSeq created;  ///< 0: it has no copy any more
        ThreadId thread;
    };
    struct MailboxState {
        MailboxId id;
        bool created = false;
        bool properties = false;
    };

    AccountAccess account_;
    ModSeq since_;
    Of of_;
    ModSeq state_;
    AccountReader reader_;
    bool missed_ = false;       // something moved while we looked, and where it went is not known
    bool second_pass_ = false;  // for threads: which of those touched still have emails
    std::map<EmailId, EmailState> emails_;
    std::vector<MailboxState> mailboxes_;
    std::map<ThreadId, ModSeq> threads_;  // those touched: when the first of their emails came; 0: none is left
};

}  // namespace helio::store
