// MailStore: the message store as its protocols see it: users, mailboxes, messages, flags, changes. Used by imapd,
// popd, lmtpd and rpc. Reads run at once on the calling worker against a snapshot; writes are awaited and answer after
// they are durable and visible. Thread-safe. What a record means is in mailbox_model.h; the key layout is in
// store/README.md.
//
//   store.read(id, [&](const MailboxView& box) { status = box.status(); });
//   auto stored = co_await store.store_flags(request);
//
// Errors of every write, beside those named: storage::errc no_space, io, busy (temporary, nothing happened); stopped
// (hang up without an answer). Writes that name an Actor check that user's rights where they are decided and answer
// no_such_mailbox or no_permission; without one the store itself acts. Sessions act for a user: they use UserStore.
// A user's name is "uid@canonical-domain", in any case.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/base/result.h"
#include "common/base/task.h"
#include "common/logging/logger.h"
#include "common/storage/partition.h"
#include "store/mailbox/account_source.h"
#include "store/mailbox/errc.h"
#include "store/mailbox/quota.h"
#include "store/mailbox/requests.h"
#include "store/mailbox/store_config.h"
#include "store/mailbox/views.h"
#include "store/mailbox/watch.h"

namespace helio::store {

class MailStore {
public:
    /// Opens or creates the partition. Throws base::StartupError as Partition::open() does. `accounts` may be null:
    /// only what callers say, administrators set and the configuration has is known then.
    MailStore(StoreConfig config, const logging::Logger& log, base::Registry& metrics,
              const base::Clock& clock = base::system_clock(), AccountSource* accounts = nullptr);
    /// On a partition that `open` makes; for tests.
    using OpenPartition = std::function<std::unique_ptr<storage::Partition>(storage::Model& model)>;
    MailStore(StoreConfig config, OpenPartition open, const logging::Logger& log, base::Registry& metrics,
              const base::Clock& clock = base::system_clock(), AccountSource* accounts = nullptr);
    ~MailStore();
    MailStore(const MailStore&) = delete;
    MailStore& operator=(const MailStore&) = delete;

    const StoreLimits& limits() const;
    const SharingRules& sharing() const;

    // ---- users ----
    /// The user's id; nothing when the store has never heard of it.
    std::optional<UserId> find_user(std::string_view user) const;
    /// At login: makes the user, its INBOX and the initial folders where they are not there yet. Without a change when
    /// all is there. Folders that the user deleted later are not made again.
    Task<Result<UserId>> open_user(std::string user);

    /// The groups of a user, for the UserStore of his session. Nobody is asked, and null the answer, while no list of
    /// the store names a group; null also when the AccountSource can't tell.
    Task<GroupNames> known_groups(std::string user);

    // ---- reads: at once, on this thread ----
    /// Errors: no_such_user.
    Result<> read(UserId user, const std::function<void(const UserView&)>& use) const;
    /// Errors: no_such_mailbox.
    Result<> read(MailboxId mailbox, const std::function<void(const MailboxView&)>& use) const;
    /// Errors: no_such_mailbox.
    Result<Mailbox> find_mailbox(UserId user, std::string_view name) const;
    Result<MailboxStatus> status(MailboxId mailbox) const;
    /// The UIDs of a mailbox (UID <-> sequence number), shared by all sessions and remembered: cheap when asked again.
    /// Errors: no_such_mailbox.
    Result<std::shared_ptr<const UidSet>> uids(MailboxId mailbox) const;
    Result<UidsAt> uids_at(MailboxId mailbox) const;
    /// The same from memory alone; nothing unless all changes up to `modseq` are in it.
    std::optional<UidsAt> known_uids(MailboxId mailbox, ModSeq modseq) const;
    /// The text of a message; hold it as long as you read from it. Errors: storage::errc no_such_body, damaged, io.
    Result<std::unique_ptr<storage::Body>> open_body(BodyId body) const;
    /// A copy of the stored summary (see MailboxView::summary()). Errors: no_such_message.
    Result<std::string> summary(BodyId body) const;

    // ---- mailboxes ----
    /// Parents that do not exist are made too (RFC 9051 §6.3.4). A trailing "/" is ignored.
    /// Errors: mailbox_exists, bad_name, too_many_mailboxes, not_allowed (INBOX).
    Task<Result<Mailbox>> create_mailbox(UserId user, std::string name, SpecialUse use = SpecialUse::none,
                                         Actor actor = {});
    /// With all its messages; mailboxes below it stay (RFC 3501 §6.3.4). Errors: no_such_mailbox, has_children (there
    /// is no mailbox of that name, but some below it), not_allowed (INBOX).
    Task<Result<>> delete_mailbox(UserId user, std::string name, Actor actor = {});
    /// The mailbox and all below it, in one change; UIDs, UIDVALIDITY and ids stay. Renaming INBOX moves its messages
    /// into a new mailbox (RFC 9051 §6.3.6). Errors: no_such_mailbox, mailbox_exists, bad_name, not_allowed.
    Task<Result<>> rename_mailbox(UserId user, std::string from, std::string to, Actor actor = {});
    /// The same by id, of whatever name it has when that is decided. Errors: not_allowed besides, when it holds
    /// messages and `with_messages` is false.
    Task<Result<>> delete_mailbox(MailboxId mailbox, bool with_messages, Actor actor = {});
    Task<Result<>> rename_mailbox(MailboxId mailbox, std::string to, Actor actor = {});
    /// Subscriptions are names; they need no mailbox (RFC 9051 §6.3.7). Errors: bad_name, too_many.
    Task<Result<>> subscribe(UserId user, std::string name, bool on);
    /// See SetAnnotationsChange.
    Task<Result<>> set_annotations(std::optional<MailboxId> mailbox, std::vector<AnnotationValue> values, Actor actor);
    /// See SetAclChange.
    Task<Result<>> set_acl(MailboxId mailbox, std::string identifier, AclAction action, Rights rights,
                           Actor actor = {});

    // ---- messages ----
    /// One or many messages into one mailbox, all or none (MULTIAPPEND); results in the order of `messages`.
    /// Errors: no_such_mailbox, over_quota, too_large, too_many_keywords, bad_keyword.
    Task<Result<std::vector<Appended>>> append(MailboxId mailbox, std::vector<NewMessage> messages, QuotaLimits quota,
                                               Actor actor = {});
    /// `message` into `to` and the message `uid` out of `from`, in one change (RFC 8508). Within one user only the
    /// growth counts against the quota. Errors: as append(); no_such_message.
    Task<Result<Replaced>> replace(MailboxId from, Uid uid, MailboxId to, NewMessage message, QuotaLimits quota,
                                   Actor actor = {});
    /// One message to many recipients in one change. The outer error means that nobody got it.
    Task<Result<DeliveryResults>> deliver(Delivery delivery);
    /// In steps of batch_messages, each atomic. Errors: no_such_mailbox, too_many_keywords, bad_keyword.
    Task<Result<FlagsStored>> store_flags(StoreFlags request, Actor actor = {});
    /// Those of `uids` that carry \Deleted; without `uids` all that do. In steps. Errors: no_such_mailbox.
    Task<Result<Expunged>> expunge_deleted(MailboxId mailbox, std::optional<UidSet> uids = std::nullopt,
                                           Actor actor = {});
    /// `uids` whether \Deleted or not (POP3, gRPC). In steps. Errors: no_such_mailbox.
    Task<Result<Expunged>> expunge(MailboxId mailbox, UidSet uids, Actor actor = {});
    /// Flags, dates and email ids are kept; one change. Errors: no_such_mailbox (either), over_quota,
    /// too_many_messages, too_many_keywords.
    Task<Result<Copied>> copy(MailboxId from, UidSet uids, MailboxId to, QuotaLimits quota, Actor actor = {});
    /// copy() and expunge of the source in one change (RFC 6851). Within one user no quota is asked.
    Task<Result<Copied>> move(MailboxId from, UidSet uids, MailboxId to, QuotaLimits quota, Actor actor = {});

    // ---- emails: a message and all its copies in one account ----
    /// All updates in one change; see EmailUpdate. Errors: no_such_user, state_changed, too_many (more than
    /// StoreLimits::change_emails).
    Task<Result<EmailsUpdated>> update_emails(UpdateEmails request, Actor actor = {});
    /// Errors: too_large, over_quota, too_many.
    Task<Result<Upload>> upload(UserId user, std::shared_ptr<const storage::BodySource> body);
    /// The upload becomes an email; it can be imported once. Errors: as ImportEmailChange.
    Task<Result<Message>> import_email(ImportEmail request, Actor actor = {});
    /// Uploads that are too old go; at start and from time to time.
    Task<Result<>> expire_uploads();

    // ---- quotas (quota.h) ----
    /// What the AccountSource knows of a user's limits, after a bounded wait; for requests that take `quota` or
    /// `known`.
    Task<QuotaLimits> known_quota(std::string user);
    /// The roots that bind a mailbox: its owner's, the folder's own if it has one, and the domain's `with_domain`.
    /// `known`: what the caller knows of the owner's limits. Errors: no_such_mailbox.
    Result<std::vector<QuotaRoot>> quota_roots(MailboxId mailbox, const QuotaLimits& known, bool with_domain) const;
    /// Errors: no_such_quota_root.
    Result<QuotaRoot> quota_root(const QuotaRootName& name, const QuotaLimits& known) const;
    /// Nothing in `limits`: the root has no limits of its own any more. Errors: no_such_quota_root, not_allowed.
    Task<Result<>> set_quota(QuotaRootName name, QuotaLimits limits);
    /// How many times set_quota() was done: while it stays the same, who had no limit has none.
    std::uint64_t quotas_set() const;

    // ---- changes ----
    /// `on_event` is called on this thread's executor. Errors: too_many.
    Result<Watch> watch(MailboxId mailbox, OnMailboxEvent on_event);
    Result<Watch> watch(UserId user, OnMailboxEvent on_event);
    /// IMAP4rev1's \Recent: the first UID that no session has been told of yet; the caller is the one who is told now
    /// when `claim` (SELECT, not EXAMINE). Kept in memory: after a restart nothing is recent.
    Uid claim_recent(MailboxId mailbox, Uid uid_next, bool claim);

    // ---- operation ----
    /// At start: finishes deletions of large mailboxes that a crash cut short.
    Task<Result<>> finish_deletions();
    /// Empty when writes can go on, else the reason; any thread.
    std::string not_ready() const;
    storage::Partition& partition();
    /// After the last session: finishes and closes. No call after it.
    void close();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace helio::store
