// Rows: the values of the index tables, each with a version byte in front. A row that can't be read is damage of the
// index: decode() throws CorruptIndex, which ends the daemon with a word about `verify` and `rebuild` (STYLE S7, kind
// 2).
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

#include "store/mailbox/encoding.h"
#include "store/mailbox/message.h"
#include "store/mailbox/requests.h"

namespace helio::store {

struct CorruptIndex : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A message without its UID, which is in the key. Also the body of a message record.
void encode_message(Encoder& out, const Message& message);
Message decode_message(Decoder& in, Uid uid);
void encode_keyword_bits(Encoder& out, const KeywordBits& bits);
KeywordBits decode_keyword_bits(Decoder& in);

/// Value of keys::message.
struct MessageRow {
    static std::string encode(const Message& message);
    static Message decode(Uid uid, std::string_view bytes);
};

/// Value of keys::counters. Exists from the mailbox's creation until its last message is gone after deletion.
struct MailboxRow {
    std::uint32_t messages = 0;
    std::uint32_t unseen = 0;
    std::uint32_t deleted = 0;
    std::uint64_t size_bytes = 0;
    std::uint64_t deleted_bytes = 0;  ///< of the messages with \Deleted
    Uid uid_next{1};
    ModSeq highest_modseq{1};
    ModSeq last_expunge;
    ModSeq vanished_floor;            ///< history of expunges up to here is gone
    std::uint32_t vanished_rows = 0;  ///< how many rows of history there are
    ModSeq floor;                     ///< modseq of the newest floor record in the log
    bool operator==(const MailboxRow&) const = default;
    std::string encode() const;
    static MailboxRow decode(std::string_view bytes);
};

/// Value of keys::info.
struct InfoRow {
    std::string name;
    UidValidity uid_validity;
    SpecialUse special_use = SpecialUse::none;
    std::int64_t created = 0;
    ModSeq born;
    ModSeq modseq;  ///< of the change that set it
    bool operator==(const InfoRow&) const = default;
    std::string encode() const;
    static InfoRow decode(std::string_view bytes);
};

/// Value of keys::user_row.
struct UserRow {
    Usage usage;
    std::uint32_t mailboxes = 0;
    ModSeq modseq{1};
    std::uint32_t next_ordinal = 0;
    UidValidity last_uid_validity;
    bool folders_made = false;    ///< the initial folders were made once
    ModSeq last_deletion;         ///< of the last mailbox deletion; 0: none yet
    ModSeq floor;                 ///< modseq of the newest floor record in the log
    std::string domain;           ///< whose usage counts this user too; empty: the user's record comes later in the log
    std::int64_t warned_at = 0;   ///< when a warning was last delivered; unix seconds, 0: never
    std::int64_t over_since = 0;  ///< when mail was first refused for the quota; 0: mail fits
    bool operator==(const UserRow&) const = default;
    std::string encode() const;
    static UserRow decode(std::string_view bytes);
};

/// Value of keys::domain.
struct DomainRow {
    Usage usage;
    std::uint32_t users = 0;
    bool operator==(const DomainRow&) const = default;
    std::string encode() const;
    static DomainRow decode(std::string_view bytes);
};

/// Value of keys::quota: what an administrator has set.
struct QuotaRow {
    static std::string encode(const QuotaLimits& limits);
    static QuotaLimits decode(std::string_view bytes);
};

/// Limits in rows and records.
void encode_limits(Encoder& out, const QuotaLimits& limits);
QuotaLimits decode_limits(Decoder& in);

/// Value of keys::delivery.
struct DeliveryRow {
    std::array<char, 16> key{};  ///< of delivery id and recipient, see delivery_key()
    std::int64_t time = 0;       ///< unix seconds
    MailboxId mailbox;
    Uid uid;
    bool operator==(const DeliveryRow&) const = default;
    std::string encode() const;
    static DeliveryRow decode(std::string_view bytes);
};

/// Value of keys::upload; user and body are in the key.
struct UploadRow {
    static std::string encode(const Upload& upload);
    static Upload decode(std::string_view key, std::string_view bytes);
};

}  // namespace helio::store
