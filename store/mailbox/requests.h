// What sessions ask of the store and what they get: values only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/storage/partition.h"
#include "store/mailbox/message.h"
#include "store/mailbox/rights.h"
#include "store/mailbox/uid_set.h"

namespace helio::store {

/// Who asks. The store itself (deliveries, maintenance) may do everything.
struct Actor {
    UserId id;
    std::string name;  ///< uid@canonical-domain, lower case
    GroupNames groups = nullptr;
    bool is_store() const { return id.value == 0; }
};

/// What to do with an entry of an access control list; `erase` takes it out.
enum class AclAction { replace, add, remove, erase };

/// One entry of SETMETADATA; without a value it goes.
struct AnnotationValue {
    std::string name;  ///< as annotation_name() gave it
    std::optional<std::string> value;
    bool operator==(const AnnotationValue&) const = default;
};
inline constexpr std::size_t annotation_name_bytes = 250;

/// A message on its way in. The store makes the summary itself.
struct NewMessage {
    std::shared_ptr<const storage::BodySource> body;
    FlagList flags;
    std::optional<Date> internal_date;  ///< nothing: now
};

struct Appended {
    MailboxId mailbox;
    UidValidity uid_validity;
    Uid uid;
    bool duplicate = false;  ///< the delivery id was known: stored before, uid is 0 when that message is gone
};

/// A message that took the place of another (RFC 8508).
struct Replaced {
    Appended added;
    ModSeq modseq;  ///< of the expunge
    ModSeq before;  ///< the highest of the old message's mailbox before it
};

/// One recipient of a delivery (LMTP).
struct Recipient {
    std::string user;    ///< uid@canonical-domain; made when the store does not know it yet
    std::string folder;  ///< empty: INBOX. One that does not exist is made; when it can't be, INBOX takes the message
    FlagList flags;
    std::string delivery_id;  ///< empty: no suppression of repeated deliveries (to the user, and folder if posted)
    QuotaLimits quota;
    bool ignore_quota = false;
    bool over_quota = false;  ///< the directory says so (mailUserStatus: overquota), whatever is counted here
    /// The sender chose the folder (user+folder@): it must exist and let strangers post (RFC 4314, right p), else INBOX
    /// takes the message; of a public owner, whose INBOX nobody reads, it is refused: no_permission.
    bool posted = false;
};

/// One message for many recipients: one body, one summary, one change. `results[i]` belongs to recipients[i]; a refusal
/// of one does not keep the others from getting theirs. Errors per recipient: over_quota, over_quota_now, bad_name,
/// too_many_messages, no_permission.
struct Delivery {
    std::shared_ptr<const storage::BodySource> body;
    std::optional<Date> internal_date;
    std::vector<Recipient> recipients;
};
using DeliveryResults = std::vector<Result<Appended>>;

enum class FlagAction { add, remove, replace };
struct StoreFlags {
    MailboxId mailbox;
    UidSet uids;  ///< those that do not exist are passed over
    FlagAction action = FlagAction::add;
    FlagList flags;
    std::optional<ModSeq> unchanged_since;  ///< RFC 7162 §3.1.3
    std::optional<ModSeq> known = {};       ///< changes up to here are no news to who asks
};
struct FlagsStored {
    /// Whose flags a step changed, and its MODSEQ.
    struct Step {
        UidSet changed;
        ModSeq modseq;
    };
    /// A message that was newer than StoreFlags::known before.
    struct Newer {
        Uid uid;
        ModSeq modseq;
    };
    UidSet changed;   ///< whose flags are different now; read their rows for the untagged FETCH
    UidSet modified;  ///< refused by unchanged_since: for the MODIFIED response code
    ModSeq modseq;    ///< of the last change; the mailbox's when nothing changed
    std::vector<Step> steps;
    std::vector<Newer> newer;  ///< of `changed`
};

struct Expunged {
    UidSet uids;
    ModSeq modseq;
    ModSeq before;  ///< the mailbox's highest from others' changes before this one
};

/// One email of an account and all its copies: what it shall become (RFC 8621 §4.6). Nothing set: nothing changes.
struct EmailUpdate {
    EmailId email;
    std::optional<FlagList> flags;  ///< replaced by these in every copy
    FlagList add_flags;
    FlagList remove_flags;
    std::optional<std::vector<MailboxId>> mailboxes;  ///< in exactly these from now on; at least one
    std::vector<MailboxId> add_mailboxes;
    std::vector<MailboxId> remove_mailboxes;
    bool destroy = false;  ///< out of every mailbox
};
struct UpdateEmails {
    UserId user;
    std::optional<ModSeq> if_state;  ///< refused when the account has changed since
    std::vector<EmailUpdate> updates;
    QuotaLimits quota;
};
struct EmailsUpdated {
    /// results[i] belongs to updates[i]; one that fails changes nothing, the others happen.
    /// Errors: no_such_message, no_such_mailbox, not_allowed (no mailbox left), over_quota, bad_keyword,
    /// too_many_keywords; no_permission, where another's rights do not reach.
    std::vector<Result<>> results;
    ModSeq before;
    ModSeq after;
};

/// Bytes that a front end brings and names later (RFC 8620 §6.1). They are gone after StoreLimits::upload_life.
struct Upload {
    BodyId body;
    std::uint64_t size = 0;
    std::int64_t time = 0;  ///< unix seconds
    bool operator==(const Upload&) const = default;
};

struct ImportEmail {
    UserId user;      ///< whose account
    UserId uploader;  ///< whose upload; uploads are their maker's alone
    BodyId upload;
    std::vector<MailboxId> mailboxes;  ///< at least one
    FlagList flags;
    std::optional<Date> internal_date;
    QuotaLimits quota;
};

struct Copied {
    MailboxId to;
    UidValidity uid_validity;
    UidSet source;         ///< those that existed; the n-th became
    UidSet destination;    ///< the n-th here (COPYUID, RFC 9051 §7.1)
    ModSeq source_modseq;  ///< of the expunge, with move
    ModSeq source_before;  ///< the source's highest before it
};

}  // namespace helio::store
