// Printers of IMAP's server responses (RFC 9051 §7): tagged and untagged status, LIST, STATUS, ESEARCH, and the
// numbered ones. They append whole lines, with CRLF, to what the session sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/imap/arguments.h"
#include "common/imap/partial_range.h"
#include "common/imap/seq_set.h"

namespace helio::imap {

/// Response codes (RFC 9051 §7.1, RFC 5530, RFC 7162) that stand alone.
namespace code {
inline constexpr std::string_view already_exists = "ALREADYEXISTS";
inline constexpr std::string_view authentication_failed = "AUTHENTICATIONFAILED";
inline constexpr std::string_view authorization_failed = "AUTHORIZATIONFAILED";
inline constexpr std::string_view cannot = "CANNOT";
inline constexpr std::string_view client_bug = "CLIENTBUG";
inline constexpr std::string_view closed = "CLOSED";
inline constexpr std::string_view corruption = "CORRUPTION";
inline constexpr std::string_view expunge_issued = "EXPUNGEISSUED";
inline constexpr std::string_view has_children = "HASCHILDREN";
inline constexpr std::string_view in_use = "INUSE";
inline constexpr std::string_view limit = "LIMIT";
inline constexpr std::string_view nonexistent = "NONEXISTENT";
inline constexpr std::string_view no_perm = "NOPERM";
inline constexpr std::string_view over_quota = "OVERQUOTA";
inline constexpr std::string_view privacy_required = "PRIVACYREQUIRED";
inline constexpr std::string_view read_only = "READ-ONLY";
inline constexpr std::string_view read_write = "READ-WRITE";
inline constexpr std::string_view server_bug = "SERVERBUG";
inline constexpr std::string_view too_big = "TOOBIG";
inline constexpr std::string_view try_create = "TRYCREATE";
inline constexpr std::string_view too_small = "TOOSMALL";
inline constexpr std::string_view uid_required = "UIDREQUIRED";
inline constexpr std::string_view unavailable = "UNAVAILABLE";
inline constexpr std::string_view unknown_cte = "UNKNOWN-CTE";
}  // namespace code

enum class Status { ok, no, bad, bye, preauth };

/// "a1 OK [READ-WRITE] Select completed": `tag` "*" for untagged; empty `response_code`: none.
void print_status_response(std::string& out, std::string_view tag, Status status, std::string_view response_code,
                           std::string_view text);
/// "* 5 EXISTS"
void print_numbered(std::string& out, std::uint64_t number, std::string_view word);
/// "+ text"
void print_continuation(std::string& out, std::string_view text);

/// One LIST or LSUB line.
struct ListResponse {
    std::string_view word = "LIST";
    std::vector<std::string_view> attributes;  ///< "\\HasChildren"
    char separator = '/';
    std::string_view name;           ///< UTF-8
    bool child_info = false;         ///< ("CHILDINFO" ("SUBSCRIBED")), RFC 5258 §3.5
    std::string_view old_name = {};  ///< OLDNAME of RFC 9051 §6.3.9.7; empty: none
};
void print_list(std::string& out, const ListResponse& response, bool utf8);

/// "* MYRIGHTS INBOX lrs" (RFC 4314 §3.8)
void print_my_rights(std::string& out, std::string_view mailbox, std::string_view rights, bool utf8);
/// "* LISTRIGHTS INBOX bob "" l r s" (RFC 4314 §3.7): what he always has, then what can be given, each group together.
void print_list_rights(std::string& out, std::string_view mailbox, std::string_view identifier,
                       std::string_view required, const std::vector<std::string>& optional, bool utf8);
/// "* ACL INBOX bob lrs" (RFC 4314 §3.6); identifiers and rights in turns.
void print_acl(std::string& out, std::string_view mailbox,
               const std::vector<std::pair<std::string, std::string>>& entries, bool utf8);

/// "* METADATA INBOX (/shared/comment hello)" (RFC 5464 §4.4.1); an empty name is the server's.
void print_metadata(std::string& out, std::string_view mailbox,
                    const std::vector<std::pair<std::string, std::optional<std::string>>>& values, bool utf8);

/// "* METADATA INBOX /shared/comment /private/comment" (RFC 5464 §4.4.2): these entries changed.
void print_changed_metadata(std::string& out, std::string_view mailbox, const std::vector<std::string>& entries,
                            bool utf8);

/// Values of a STATUS answer; those in `items` are printed.
struct StatusValues {
    std::uint64_t messages = 0;
    std::uint64_t recent = 0;
    std::uint32_t uid_next = 0;
    std::uint32_t uid_validity = 0;
    std::uint64_t unseen = 0;
    std::uint64_t deleted = 0;
    std::uint64_t size = 0;
    std::uint64_t highest_modseq = 0;
    std::string mailbox_id;
    std::uint64_t deleted_storage = 0;  ///< bytes
    std::uint64_t append_limit = 0;     ///< bytes of one message
};
void print_status(std::string& out, std::string_view mailbox, std::uint16_t items, const StatusValues& values,
                  bool utf8);

/// One resource of a quota root (RFC 9208 §4.2.1): STORAGE in units of 1024 octets.
struct QuotaUse {
    std::string_view name;
    std::uint64_t usage = 0;
    std::uint64_t limit = 0;
};
void print_quota(std::string& out, std::string_view root, const std::vector<QuotaUse>& resources);
void print_quota_root(std::string& out, std::string_view mailbox, const std::vector<std::string>& roots, bool utf8);

/// ESEARCH (RFC 9051 §7.3.4); what is not asked for or empty is left out as the RFC has it.
struct EsearchResponse {
    std::string_view tag;
    std::string_view mailbox = {};   ///< UTF-8; empty: the selected one (RFC 7377 §2.1)
    std::uint32_t uid_validity = 0;  ///< with `mailbox`
    bool utf8 = false;               ///< how `mailbox` is printed
    bool uid = false;
    std::uint8_t options = 0;  ///< SearchReturn bits
    NumberSet found;
    PartialRange partial = {};            ///< with return_partial
    NumberSet page = {};                  ///< those of `found` in it
    std::optional<std::uint64_t> modseq;  ///< greatest of those found (RFC 7162 §3.1.5)
    /// SORT: those found in their order, which MIN, MAX and ALL follow (RFC 5267 §3); null for SEARCH.
    const std::vector<std::uint32_t>* sorted = nullptr;
};
void print_esearch(std::string& out, const EsearchResponse& response);
/// A sequence-set whose order counts: "7:9,3"; ranges are ascending.
void print_ordered_set(std::string& out, const std::vector<std::uint32_t>& numbers);
/// "* SEARCH 1 2 3" (RFC 3501 §7.2.5)
void print_search_response(std::string& out, const NumberSet& found, std::optional<std::uint64_t> modseq);

}  // namespace helio::imap
