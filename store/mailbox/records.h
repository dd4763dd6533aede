// Records: what the store writes to the log; the truth that the index is a view of (DESIGN section 4). Each has a type,
// a version and an encoding of its own; decode() answers nothing for bytes that encode() can't have made. What each
// means, and what of it must survive compaction, is in mailbox_model.cpp.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/mailbox/encoding.h"
#include "store/mailbox/expunged_row.h"
#include "store/mailbox/message.h"
#include "store/mailbox/quota_root.h"
#include "store/mailbox/requests.h"

namespace helio::store::records {

enum class Type : storage::RecordType {
    user = 1,
    user_floor = 2,
    mailbox = 3,
    mailbox_deleted = 4,
    mailbox_purged = 5,
    mailbox_floor = 6,
    messages = 7,
    flags = 8,
    expunged = 9,
    summary = 10,
    keyword = 11,
    subscription = 12,
    delivery = 13,
    deliveries_expired = 14,
    acl = 15,
    // Given out, not yet written: annotations of RFC 5464.
    annotation = 16,
    quota_root = 17,
    quota_notice = 19,
    // 18, 20, 21: seen flags of readers and the like, see their structs.
    upload = 22,
    upload_gone = 23,
};

/// A user came to be.
struct User {
    static constexpr Type type = Type::user;
    UserId id;
    std::string name;
    bool operator==(const User&) const = default;
    std::string encode() const;
    static std::optional<User> decode(std::string_view bytes);
};

/// Counters of a user that must not fall back, whatever else is gone.
struct UserFloor {
    static constexpr Type type = Type::user_floor;
    UserId id;
    ModSeq modseq;
    std::uint32_t next_ordinal = 0;
    UidValidity last_uid_validity;
    bool folders_made = false;
    ModSeq last_deletion;
    bool operator==(const UserFloor&) const = default;
    std::string encode() const;
    static std::optional<UserFloor> decode(std::string_view bytes);
};

/// A mailbox was created, renamed or changed otherwise: all of it.
struct MailboxSet {
    static constexpr Type type = Type::mailbox;
    Mailbox mailbox;
    ModSeq modseq;
    bool operator==(const MailboxSet&) const = default;
    std::string encode() const;
    static std::optional<MailboxSet> decode(std::string_view bytes);
};

/// Its name is free; its messages go next.
struct MailboxDeleted {
    static constexpr Type type = Type::mailbox_deleted;
    MailboxId id;
    ModSeq modseq;
    bool operator==(const MailboxDeleted&) const = default;
    std::string encode() const;
    static std::optional<MailboxDeleted> decode(std::string_view bytes);
};

/// Nothing of it is left.
struct MailboxPurged {
    static constexpr Type type = Type::mailbox_purged;
    MailboxId id;
    std::vector<BodyId> dropped;  ///< bodies that nobody holds any more
    bool operator==(const MailboxPurged&) const = default;
    std::string encode() const;
    static std::optional<MailboxPurged> decode(std::string_view bytes);
};

/// Counters of a mailbox that must not fall back, and how far its history of expunges is gone.
struct MailboxFloor {
    static constexpr Type type = Type::mailbox_floor;
    MailboxId id;
    Uid uid_next{1};
    ModSeq highest_modseq{1};
    ModSeq last_expunge;
    ModSeq vanished_floor;
    bool operator==(const MailboxFloor&) const = default;
    std::string encode() const;
    static std::optional<MailboxFloor> decode(std::string_view bytes);
};

/// Messages came into a mailbox; or, written by compaction, they are there in this state.
struct Messages {
    static constexpr Type type = Type::messages;
    MailboxId mailbox;
    std::vector<Message> messages;
    bool operator==(const Messages&) const = default;
    std::string encode() const;
    static std::optional<Messages> decode(std::string_view bytes);
};

/// Messages have these flags now (absolute, not a difference).
struct FlagsChanged {
    static constexpr Type type = Type::flags;
    struct Group {
        UidSet uids;
        Flags flags;
        KeywordBits keywords;
        bool operator==(const Group&) const = default;
    };
    MailboxId mailbox;
    ModSeq modseq;
    std::vector<Group> groups;
    bool operator==(const FlagsChanged&) const = default;
    std::string encode() const;
    static std::optional<FlagsChanged> decode(std::string_view bytes);
};

struct Expunged {
    static constexpr Type type = Type::expunged;
    MailboxId mailbox;
    ModSeq modseq;
    UidSet uids;
    std::vector<BodyId> dropped;        ///< bodies that nobody holds any more
    std::vector<ExpungedEmail> emails;  ///< what the messages were, each once, ascending
    bool operator==(const Expunged&) const = default;
    std::string encode() const;
    static std::optional<Expunged> decode(std::string_view bytes);
};

struct Summary {
    static constexpr Type type = Type::summary;
    BodyId body;
    std::string bytes;
    bool operator==(const Summary&) const = default;
    std::string encode() const;
    static std::optional<Summary> decode(std::string_view bytes);
};

struct Keyword {
    static constexpr Type type = Type::keyword;
    MailboxId mailbox;
    std::uint8_t bit = 0;
    std::string name;
    bool operator==(const Keyword&) const = default;
    std::string encode() const;
    static std::optional<Keyword> decode(std::string_view bytes);
};

struct Subscription {
    static constexpr Type type = Type::subscription;
    UserId user;
    ModSeq modseq;
    bool on = false;
    std::string name;
    bool operator==(const Subscription&) const = default;
    std::string encode() const;
    static std::optional<Subscription> decode(std::string_view bytes);
};

/// An administrator set the limits of a quota root; none at all: the root is gone.
struct QuotaSet {
    static constexpr Type type = Type::quota_root;
    QuotaRootId root;
    QuotaLimits limits;
    bool operator==(const QuotaSet&) const = default;
    std::string encode() const;
    static std::optional<QuotaSet> decode(std::string_view bytes);
};

/// When a user was last warned, and since when mail is refused for the quota.
struct QuotaNotice {
    static constexpr Type type = Type::quota_notice;
    UserId user;
    std::int64_t warned_at = 0;
    std::int64_t over_since = 0;
    bool operator==(const QuotaNotice&) const = default;
    std::string encode() const;
    static std::optional<QuotaNotice> decode(std::string_view bytes);
};

/// A delivery id was used for a recipient.
struct Delivery {
    static constexpr Type type = Type::delivery;
    std::uint64_t number = 0;  ///< ascending
    std::array<char, 16> key{};
    std::int64_t time = 0;
    MailboxId mailbox;
    Uid uid;
    bool operator==(const Delivery&) const = default;
    std::string encode() const;
    static std::optional<Delivery> decode(std::string_view bytes);
};

/// A front end brought bytes for a user.
struct Uploaded {
    static constexpr Type type = Type::upload;
    UserId user;
    Upload upload;
    bool operator==(const Uploaded&) const = default;
    std::string encode() const;
    static std::optional<Uploaded> decode(std::string_view bytes);
};

/// They are used up or too old.
struct UploadGone {
    static constexpr Type type = Type::upload_gone;
    UserId user;
    BodyId body;
    bool operator==(const UploadGone&) const = default;
    std::string encode() const;
    static std::optional<UploadGone> decode(std::string_view bytes);
};

/// Deliveries with a number up to `last` are forgotten.
struct DeliveriesExpired {
    static constexpr Type type = Type::deliveries_expired;
    std::uint64_t last = 0;
    bool operator==(const DeliveriesExpired&) const = default;
    std::string encode() const;
    static std::optional<DeliveriesExpired> decode(std::string_view bytes);
};

}  // namespace helio::store::records
