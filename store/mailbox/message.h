// What the store knows of mailboxes, messages and users, as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/mailbox/flags.h"
#include "store/mailbox/ids.h"

namespace helio::store {

/// Seconds since 1970 and the zone that the client or the relay wrote (INTERNALDATE keeps it).
struct Date {
    std::int64_t unix_seconds = 0;
    std::int16_t zone_minutes = 0;  ///< east of UTC
    bool operator==(const Date&) const = default;
};

/// One message in a mailbox: the row that the index holds. The text is the body's; the summary is stored by body id.
struct Message {
    Uid uid;
    Flags flags;
    KeywordBits keywords;
    ModSeq modseq;
    Date internal_date;
    std::int64_t save_date = 0;  ///< RFC 8514: unix seconds when it came into this mailbox
    std::uint64_t size = 0;      ///< RFC822.SIZE, bytes of the body
    BodyId body;
    EmailId email;
    ThreadId thread;
    ModSeq created;  ///< of the change that brought the email into this account; copies and moves within it keep it
    bool duplicate = false;  ///< it came into a mailbox where the email was already
    bool operator==(const Message&) const = default;
};

enum class SpecialUse : std::uint8_t { none, drafts, sent, junk, trash, archive, flagged, all };
/// RFC 6154: "\Drafts"; "" for none.
[[nodiscard]] std::string_view to_string(SpecialUse use);
[[nodiscard]] std::optional<SpecialUse> parse_special_use(std::string_view word);

inline constexpr char hierarchy_separator = '/';

struct Mailbox {
    MailboxId id;
    std::string name;  ///< UTF-8, "/" between the parts; "INBOX" for the inbox
    UidValidity uid_validity;
    SpecialUse special_use = SpecialUse::none;
    std::int64_t created = 0;  ///< unix seconds
    ModSeq born;               ///< of the change that made it
    ModSeq changed;            ///< of the last change of its name or special use
    bool operator==(const Mailbox&) const = default;
};

/// One line of LIST: a mailbox, or a name that only has mailboxes below it or only is subscribed.
struct ListEntry {
    std::string name;
    std::optional<Mailbox> mailbox;  ///< nothing: \NonExistent
    bool has_children = false;
    bool subscribed = false;
};

/// STATUS of a mailbox; each number is kept by the index, none is counted when asked.
struct MailboxStatus {
    std::uint32_t messages = 0;
    std::uint32_t unseen = 0;
    std::uint32_t deleted = 0;
    std::uint64_t size_bytes = 0;
    std::uint64_t deleted_bytes = 0;
    Uid uid_next{1};
    UidValidity uid_validity;
    ModSeq highest_modseq{1};
    ModSeq last_expunge;  ///< of the last change that took messages away; 0: none yet
    bool operator==(const MailboxStatus&) const = default;
};

/// What a user holds, counted in the same transaction as every change.
struct Usage {
    std::uint64_t bytes = 0;
    std::uint64_t messages = 0;
    bool operator==(const Usage&) const = default;
};

/// A limit that is set to none: it stands against a default.
inline constexpr std::uint64_t unlimited = UINT64_MAX;

/// Limits that somebody set (directory, relay, administrator); nothing: not said, another's word or the default holds.
struct QuotaLimits {
    std::optional<std::uint64_t> bytes;
    std::optional<std::uint64_t> messages;
    std::optional<std::uint32_t> mailboxes = std::nullopt;  ///< of a user; set by administrators only
    bool operator==(const QuotaLimits&) const = default;
    bool empty() const { return !bytes && !messages && !mailboxes; }
};

}  // namespace helio::store
