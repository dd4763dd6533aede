// The store's strong types: numbers that must not mix. Used by everything above the storage engine.
// A MailboxId holds its owner in the upper half, so a user's mailboxes lie side by side in the index.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/storage/partition.h"

namespace helio::store {

using storage::BodyId;

/// A user of this store: given once, never reused. 0 is nobody.
struct UserId {
    std::uint32_t value = 0;
    auto operator<=>(const UserId&) const = default;
};

/// A mailbox: given once, never reused, kept over renames. The user's INBOX has ordinal 0.
struct MailboxId {
    std::uint64_t value = 0;
    auto operator<=>(const MailboxId&) const = default;

    static MailboxId of(UserId owner, std::uint32_t ordinal) {
        return {(static_cast<std::uint64_t>(owner.value) << 32) | ordinal};
    }
    UserId owner() const { return {static_cast<std::uint32_t>(value >> 32)}; }
    std::uint32_t ordinal() const { return static_cast<std::uint32_t>(value); }
    bool is_inbox() const { return ordinal() == 0; }
};

/// RFC 9051 §2.3.1.1: 1 to 2^32-1, strictly ascending in a mailbox, never reused.
struct Uid {
    std::uint32_t value = 0;
    auto operator<=>(const Uid&) const = default;
};
struct UidValidity {
    std::uint32_t value = 0;
    auto operator<=>(const UidValidity&) const = default;
};

/// RFC 7162 §3.1: 63 bits. One counter for all mailboxes of a user, so it also orders changes across mailboxes.
struct ModSeq {
    std::uint64_t value = 0;
    auto operator<=>(const ModSeq&) const = default;
};

/// RFC 8474 EMAILID: the same for all copies of a message.
struct EmailId {
    std::uint64_t value = 0;
    auto operator<=>(const EmailId&) const = default;
};

/// RFC 8474 THREADID: the same for all messages of a conversation (thread_id.h).
struct ThreadId {
    std::uint64_t value = 0;
    auto operator<=>(const ThreadId&) const = default;
};

/// The printed forms of RFC 8474: "F" for a mailbox, "M" for an email, "T" for a thread, and 16 hexadecimal digits.
[[nodiscard]] std::string to_object_id(MailboxId id);
[[nodiscard]] std::string to_object_id(EmailId id);
[[nodiscard]] std::string to_object_id(ThreadId id);
/// An upload is named by its body: "B" and 16 hexadecimal digits.
[[nodiscard]] std::string to_object_id(BodyId id);
/// Nothing when `text` is not what to_object_id() prints.
[[nodiscard]] std::optional<MailboxId> parse_mailbox_object_id(std::string_view text);
[[nodiscard]] std::optional<EmailId> parse_email_object_id(std::string_view text);
[[nodiscard]] std::optional<ThreadId> parse_thread_object_id(std::string_view text);
[[nodiscard]] std::optional<BodyId> parse_blob_object_id(std::string_view text);

}  // namespace helio::store

template <>
struct std::hash<helio::store::MailboxId> {
    std::size_t operator()(helio::store::MailboxId id) const noexcept { return std::hash<std::uint64_t>()(id.value); }
};
template <>
struct std::hash<helio::store::UserId> {
    std::size_t operator()(helio::store::UserId id) const noexcept { return std::hash<std::uint32_t>()(id.value); }
};
