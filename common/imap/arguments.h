// The argument sets of IMAP commands as values; one type per set, shared by commands that take the same.
// Mailbox names are as on the wire (modified UTF-7 or UTF-8, see mailbox_name.h): what they mean depends on the
// session.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/secret.h"
#include "common/imap/date.h"
#include "common/imap/fetch_item.h"
#include "common/imap/flags.h"
#include "common/imap/multi_search.h"
#include "common/imap/notify.h"
#include "common/imap/search_key.h"
#include "common/imap/seq_set.h"
#include "common/imap/sort_arguments.h"

namespace helio::imap {

struct NoArguments {
    bool operator==(const NoArguments&) const = default;
};

/// LOGIN
struct LoginArguments {
    std::string user;
    base::Secret password;
    bool operator==(const LoginArguments& other) const {
        return user == other.user && password.equals(other.password.reveal());
    }
};

/// AUTHENTICATE (RFC 9051 §6.2.2, RFC 4959)
struct AuthenticateArguments {
    std::string mechanism;                         ///< upper case
    std::optional<base::Secret> initial_response;  ///< base64 as sent; "=" stands for an empty one
    bool operator==(const AuthenticateArguments& other) const {
        return mechanism == other.mechanism && initial_response.has_value() == other.initial_response.has_value() &&
               (!initial_response || initial_response->equals(other.initial_response->reveal()));
    }
};

/// ID (RFC 2971); no pairs: NIL
struct IdArguments {
    std::vector<std::pair<std::string, std::optional<std::string>>> pairs;
    bool operator==(const IdArguments&) const = default;
    /// The value of a key in any case; empty when absent or NIL.
    std::string value(std::string_view key) const;
};

/// ENABLE (RFC 9051 §6.3.1): capability names, upper case
struct EnableArguments {
    std::vector<std::string> capabilities;
    bool operator==(const EnableArguments&) const = default;
};

/// COMPRESS (RFC 4978 §3): the algorithm, upper case
struct CompressArguments {
    std::string algorithm;
    bool operator==(const CompressArguments&) const = default;
};

/// CREATE, DELETE, SUBSCRIBE, UNSUBSCRIBE, GETQUOTAROOT; GETQUOTA, whose root stands for the mailbox
struct MailboxArguments {
    std::string mailbox;
    std::vector<std::string> special_use;  ///< CREATE only (RFC 6154 §3): "\Sent"
    bool operator==(const MailboxArguments&) const = default;
};

/// What a client with a cache knows of the mailbox it selects (RFC 7162 §3.2.5)
struct QresyncArguments {
    /// Sequence numbers and the UIDs that they had: two sets of one size (§3.2.5.2).
    struct Match {
        SeqSet numbers;
        SeqSet uids;
        bool operator==(const Match&) const = default;
    };
    std::uint32_t uid_validity = 0;
    std::uint64_t modseq = 0;
    std::optional<SeqSet> known_uids;  ///< nothing: all
    std::optional<Match> match;
    bool operator==(const QresyncArguments&) const = default;
};

/// SELECT, EXAMINE
struct SelectArguments {
    std::string mailbox;
    bool condstore = false;  ///< RFC 7162 §3.1.8
    std::optional<QresyncArguments> qresync;
    bool operator==(const SelectArguments&) const = default;
};

/// RENAME
struct RenameArguments {
    std::string from;
    std::string to;
    bool operator==(const RenameArguments&) const = default;
};

/// Bits of StatusArguments::items, in the order they are printed.
enum StatusItem : std::uint16_t {
    status_messages = 1,
    status_recent = 2,
    status_uidnext = 4,
    status_uidvalidity = 8,
    status_unseen = 16,
    status_deleted = 32,
    status_size = 64,
    status_highestmodseq = 128,
    status_mailboxid = 256,
    status_deleted_storage = 512,  ///< RFC 9208 §5
    status_append_limit = 1024,    ///< RFC 7889 §3.1
};

/// STATUS
struct StatusArguments {
    std::string mailbox;
    std::uint16_t items = 0;
    bool operator==(const StatusArguments&) const = default;
};

/// LIST with the extensions of RFC 5258, 5819, 6154; LSUB with one pattern only
struct ListArguments {
    enum Select : std::uint8_t {
        select_subscribed = 1,
        select_remote = 2,
        recursive_match = 4,
        select_special_use = 8
    };
    enum Return : std::uint8_t {
        return_subscribed = 1,
        return_children = 2,
        return_special_use = 4,
        return_status = 8,
        return_myrights = 16,  ///< RFC 8440
        return_metadata = 32   ///< RFC 9590
    };
    bool extended = false;  ///< options or several patterns were given
    std::uint8_t select = 0;
    std::string reference;
    std::vector<std::string> patterns;
    std::uint8_t returns = 0;
    std::uint16_t status_items = 0;             ///< with return_status
    std::vector<std::string> metadata_entries;  ///< with return_metadata
    bool operator==(const ListArguments&) const = default;
};

/// APPEND: one message; its literal's bytes are not here (Framer::take_literal). RFC 9051 §6.3.12, RFC 3502.
struct AppendArguments {
    std::string mailbox;
    Flags flags;
    std::optional<DateTime> date;
    std::uint64_t message_bytes = 0;
    bool binary = false;  ///< "~{n}"
    bool operator==(const AppendArguments&) const = default;
};

/// STORE
struct StoreArguments {
    enum class Action { replace, add, remove };
    SeqSet set;
    std::optional<std::uint64_t> unchanged_since;  ///< RFC 7162 §3.1.3
    Action action = Action::replace;
    bool silent = false;
    Flags flags;
    bool operator==(const StoreArguments&) const = default;
};

/// COPY, MOVE
struct CopyArguments {
    SeqSet set;
    std::string mailbox;
    bool operator==(const CopyArguments&) const = default;
};

/// UID EXPUNGE (RFC 9051 §6.4.9); EXPUNGE has NoArguments
struct ExpungeArguments {
    SeqSet set;
    bool operator==(const ExpungeArguments&) const = default;
};

/// SETACL, DELETEACL, GETACL, LISTRIGHTS, MYRIGHTS (RFC 4314 §3): as many as the command has
struct AclArguments {
    enum class Action { replace, add, remove };
    std::string mailbox;
    std::optional<std::string> identifier;
    Action action = Action::replace;    ///< SETACL only, as is
    std::optional<std::string> rights;  ///< letters, without "+" or "-"
    bool operator==(const AclArguments&) const = default;
};

/// GETMETADATA (RFC 5464 §4.2)
struct GetMetadataArguments {
    enum class Depth { none, one, infinity };
    std::string mailbox;  ///< empty: the server
    std::optional<std::uint32_t> max_size;
    Depth depth = Depth::none;
    std::vector<std::string> entries;
    bool operator==(const GetMetadataArguments&) const = default;
};

/// SETMETADATA (RFC 5464 §4.3); no value: NIL
struct SetMetadataArguments {
    std::string mailbox;
    std::vector<std::pair<std::string, std::optional<std::string>>> values;
    bool operator==(const SetMetadataArguments&) const = default;
};

/// SETQUOTA (RFC 9208 §4.1.3): limits by resource name, upper case
struct QuotaResource {
    std::string name;
    std::uint64_t limit = 0;
    bool operator==(const QuotaResource&) const = default;
};
struct SetQuotaArguments {
    std::string root;
    std::vector<QuotaResource> resources;
    bool operator==(const SetQuotaArguments&) const = default;
};

/// UIDBATCHES
struct UidBatchesArguments {
    std::uint32_t messages = 0;          ///< in each batch
    std::optional<NumberRange> batches;  ///< only these, from 1; nothing: all
    bool operator==(const UidBatchesArguments&) const = default;
};

using Arguments =
    std::variant<NoArguments, LoginArguments, AuthenticateArguments, IdArguments, EnableArguments, MailboxArguments,
                 SelectArguments, RenameArguments, StatusArguments, ListArguments, AppendArguments, SearchArguments,
                 FetchArguments, StoreArguments, CopyArguments, ExpungeArguments, AclArguments, SetQuotaArguments,
                 CompressArguments, UidBatchesArguments, NotifyArguments, SortArguments, ThreadArguments,
                 GetMetadataArguments, SetMetadataArguments, MultiSearchArguments>;

}  // namespace helio::imap
