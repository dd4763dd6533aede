// UserStore: the store as one user sees it: his own mailboxes and those of others that he has rights in (RFC 4314),
// under the names of his namespaces. The protocols' sessions use it in place of MailStore. Every call checks the rights
// it needs, where the change is decided or in the snapshot that is read, so no session can forget to. Cheap to make;
// thread-safe as MailStore is.
//
// Errors of every call, beside those of MailStore's: no_such_mailbox where the user may not even know of a mailbox;
// no_permission where he may, but lacks the right.
#pragma once

#include "store/mailbox/account_access.h"
#include "store/mailbox/mail_store.h"
#include "store/mailbox/namespaces.h"

namespace helio::store {

class UserStore {
public:
    /// `user` is what MailStore::open_user(name) gave; `name` in lower case; `groups` what known_groups(name) did,
    /// which hold as long as this does. `store` must outlive it.
    UserStore(MailStore& store, UserId user, std::string name, GroupNames groups = nullptr);

    UserId user() const { return actor_.id; }
    const Actor& actor() const { return actor_; }
    const std::string& name() const { return actor_.name; }
    const StoreLimits& limits() const { return store_.limits(); }
    const SharingRules& sharing() const { return store_.sharing(); }
    const Namespaces& namespaces() const { return namespaces_; }

    // ---- reads: at once, on this thread ----
    /// The user's own account.
    Result<> read(const std::function<void(const UserView&)>& use) const;
    /// An account by its owner's name ("uid@domain", lower case; empty: his own), as this user sees it. Errors:
    /// no_such_user, also where he may see nothing of it.
    Result<AccountAccess> account(std::string_view owner) const;
    /// Needs r.
    Result<> read(MailboxId mailbox, const std::function<void(const MailboxView&)>& use) const;
    Result<MailboxStatus> status(MailboxId mailbox) const;
    Result<std::shared_ptr<const UidSet>> uids(MailboxId mailbox) const;
    Result<UidsAt> uids_at(MailboxId mailbox) const;
    /// See MailStore. For one who may read the mailbox, and is told when that changes.
    std::optional<UidsAt> known_uids(MailboxId mailbox, ModSeq modseq) const {
        return store_.known_uids(mailbox, modseq);
    }
    /// `body` is of a message that the user has read.
    Result<std::unique_ptr<storage::Body>> open_body(BodyId body) const { return store_.open_body(body); }
    Result<std::string> summary(BodyId body) const { return store_.summary(body); }
    /// For texts and summaries alone.
    const MailStore& texts() const { return store_; }
    /// By the name that this user sees; any right will do. The result has that name too.
    Result<Mailbox> find_mailbox(std::string_view name) const;
    /// Own and shared mailboxes (those with l), subscriptions, parents: what LIST goes through, by visible names.
    Result<std::vector<ListEntry>> list() const;
    /// What this user may do there. Errors: no_such_mailbox also when that is nothing.
    Result<Rights> rights(MailboxId mailbox) const;
    /// The list of a mailbox (needs a), the owner's entry told even where nobody wrote one.
    Result<Acl> acl(MailboxId mailbox) const;
    /// The annotations that this user may see: his own, then everybody's; without a mailbox the server's, of which
    /// those in /shared come from the configuration and are not here (RFC 5464).
    using VisitAnnotation = std::function<void(std::string_view name, std::string_view value)>;
    Result<> each_annotation(std::optional<MailboxId> mailbox, const VisitAnnotation& visit) const;
    /// The user whose mailbox it is.
    std::string owner_of(MailboxId mailbox) const;

    // ---- mailboxes ----
    Task<Result<Mailbox>> create_mailbox(std::string name, SpecialUse use = SpecialUse::none);
    Task<Result<>> delete_mailbox(std::string name);
    /// Errors, beside MailStore's: not_allowed when the owners differ.
    Task<Result<>> rename_mailbox(std::string from, std::string to);
    Task<Result<>> subscribe(std::string name, bool on);
    /// See SetAclChange.
    Task<Result<>> set_acl(MailboxId mailbox, std::string identifier, AclAction action, Rights rights);

    /// See SetAnnotationsChange.
    Task<Result<>> set_annotations(std::optional<MailboxId> mailbox, std::vector<AnnotationValue> values);

    // ---- messages: see MailStore ----
    /// `quota` is this user's. Another owner's mailbox is measured by his own (MailStore::known_quota()).
    Task<Result<std::vector<Appended>>> append(MailboxId mailbox, std::vector<NewMessage> messages, QuotaLimits quota);
    Task<Result<Replaced>> replace(MailboxId from, Uid uid, MailboxId to, NewMessage message, QuotaLimits quota);
    Task<Result<FlagsStored>> store_flags(StoreFlags request);
    Task<Result<Expunged>> expunge_deleted(MailboxId mailbox, std::optional<UidSet> uids = std::nullopt);
    Task<Result<Expunged>> expunge(MailboxId mailbox, UidSet uids);
    Task<Result<Copied>> copy(MailboxId from, UidSet uids, MailboxId to, QuotaLimits quota);
    Task<Result<Copied>> move(MailboxId from, UidSet uids, MailboxId to, QuotaLimits quota);

    // ---- changes ----
    Result<Watch> watch(MailboxId mailbox, OnMailboxEvent on_event);
    Uid claim_recent(MailboxId mailbox, Uid uid_next, bool claim) {
        return store_.claim_recent(mailbox, uid_next, claim);
    }

private:
    struct Place {
        UserId owner;
        std::string name;
    };
    /// Where a visible name leads. Errors: no_such_mailbox.
    Result<Place> place_of(std::string_view name) const;
    Result<> check(MailboxId mailbox, Rights needed) const;
    void add_shared(const storage::IndexReader& index, std::vector<Mailbox>& mailboxes) const;
    /// The limits that bind what comes into `mailbox`.
    Task<QuotaLimits> measured(MailboxId mailbox, QuotaLimits own) const;

    MailStore& store_;
    Actor actor_;
    Namespaces namespaces_;
};

}  // namespace helio::store
