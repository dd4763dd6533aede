// AccountAccess: one account as somebody sees it: his own as it is, of another's the mailboxes that he may read and
// nothing else, with his own \Seen (RFC 4314). What looks over emails goes through it, so that no look can forget the
// rights. Made by UserStore::account(); a value, as thread-safe as MailStore.
#pragma once

#include "store/mailbox/mail_store.h"

namespace helio::store {

class AccountAccess {
public:
    /// All of it; `store` must outlive this.
    AccountAccess(MailStore& store, UserId owner) : store_(&store), owner_(owner) {}
    /// As `viewer` sees another's.
    AccountAccess(MailStore& store, UserId owner, Actor viewer)
        : store_(&store), owner_(owner), viewer_(std::move(viewer)) {}

    UserId owner() const { return owner_; }
    /// Who is to be named where emails are changed; the store itself for the whole account.
    const Actor& actor() const { return viewer_; }
    bool is_shared() const { return !viewer_.is_store(); }

    /// A snapshot of what is seen. Errors: no_such_user.
    Result<> read(const std::function<void(const UserView&)>& use) const;
    /// Errors: no_such_mailbox, also of another account; no_permission.
    Result<> read(MailboxId mailbox, const std::function<void(const MailboxView&)>& use) const;
    /// For texts and summaries of messages that were read.
    const MailStore& texts() const { return *store_; }

private:
    MailStore* store_;
    UserId owner_;
    Actor viewer_;
};

}  // namespace helio::store
