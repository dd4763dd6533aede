// Rights of RFC 4314: letters, sets of them, access control lists, and what they give a user. Pure: who is the owner
// and which domains may share is told by the caller. Used by the changes that check rights and by the IMAP commands.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "store/mailbox/sharing_rules.h"

namespace helio::store {

enum class Right : std::uint16_t {
    lookup = 1 << 0,        ///< l: seen by LIST
    read = 1 << 1,          ///< r: SELECT, FETCH, SEARCH, COPY from
    seen = 1 << 2,          ///< s: \Seen
    write = 1 << 3,         ///< w: flags other than \Seen and \Deleted, keywords, shared annotations
    insert = 1 << 4,        ///< i: APPEND, COPY into
    post = 1 << 5,          ///< p: mail sent to the mailbox's own address
    create = 1 << 6,        ///< k: mailboxes below it
    remove = 1 << 7,        ///< x: DELETE, RENAME
    mark_deleted = 1 << 8,  ///< t: \Deleted
    expunge = 1 << 9,       ///< e: EXPUNGE
    administer = 1 << 10,   ///< a: the access control list
};

struct Rights {
    std::uint16_t bits = 0;
    constexpr Rights() = default;
    constexpr Rights(Right right) : bits(static_cast<std::uint16_t>(right)) {}  // a right is a set of one
    constexpr Rights(std::initializer_list<Right> rights) {
        for (const auto right : rights) bits = static_cast<std::uint16_t>(bits | static_cast<std::uint16_t>(right));
    }
    bool operator==(const Rights&) const = default;
    constexpr bool empty() const { return bits == 0; }
    constexpr bool has(Rights all) const { return (bits & all.bits) == all.bits; }
    constexpr bool has_any(Rights some) const { return (bits & some.bits) != 0; }
    constexpr Rights with(Rights more) const { return of(bits | more.bits); }
    constexpr Rights without(Rights some) const { return of(bits & ~static_cast<unsigned>(some.bits)); }
    static constexpr Rights of(unsigned bits) {
        Rights rights;
        rights.bits = static_cast<std::uint16_t>(bits);
        return rights;
    }
};

inline constexpr std::string_view right_letters = "lrswipkxtea";  ///< the n-th letter is the n-th bit
inline constexpr Rights all_rights = Rights::of((1u << right_letters.size()) - 1);
/// What the owner of a mailbox can't lose.
inline constexpr Rights owner_keeps = {Right::lookup, Right::administer};

/// "lrs"; the obsolete "c" means "kx" and "d" means "te" (RFC 4314 §2.1.1). Nothing for another letter.
[[nodiscard]] std::optional<Rights> parse_rights(std::string_view letters);
/// "lrswipkxteacd": with the obsolete letters for clients of RFC 2086 (RFC 4314 §2.1.1).
[[nodiscard]] std::string to_string(Rights rights);

/// One entry of an access control list. A "-" in front of the identifier takes the rights away.
struct AclEntry {
    std::string identifier;
    Rights rights;
    bool operator==(const AclEntry&) const = default;
};
using Acl = std::vector<AclEntry>;

inline constexpr std::string_view anyone = "anyone";        ///< every user of the owner's domain (or of joined ones)
inline constexpr std::string_view authuser = "authuser";    ///< the same: nobody is here without a login
inline constexpr std::string_view anonymous = "anonymous";  ///< who sends mail without a login here; no user of ours

inline constexpr std::string_view group_prefix = "group:";    ///< "group:staff@example.test"
inline constexpr std::string_view anyone_prefix = "anyone@";  ///< "anyone@example.test": every user of that domain

/// The groups that a user is in, "name@domain"; null: not known.
using GroupNames = std::shared_ptr<const std::vector<std::string>>;

/// The form in which an identifier is stored: lower case, a bare name of a user or group with the owner's domain;
/// "owner" is the owner; "group=staff" is "group:staff". Errors: bad_name (empty, control characters, over-long,
/// "$name").
[[nodiscard]] Result<std::string> canonical_identifier(std::string_view text, std::string_view owner);

/// What `user` may do in a mailbox of `owner` with this list: the sum of the entries that name him, less the negative
/// ones. The owner has all rights unless an entry names him; he always has owner_keeps. While `groups` are not known a
/// group gives him nothing, and what is taken from any group is taken from him.
[[nodiscard]] Rights effective_rights(const Acl& acl, std::string_view owner, std::string_view user,
                                      const SharingRules& rules, const GroupNames& groups = nullptr);

/// What somebody who is no user of ours may do: post, where "anyone" or "anonymous" may. Senders of mail are such,
/// since an address proves nobody.
[[nodiscard]] Rights strangers_rights(const Acl& acl);

/// `have` suffices for `needed`, or why not: no_such_mailbox for one who may not even know that it exists
/// (RFC 4314 §6), else no_permission.
[[nodiscard]] Result<> check_rights(Rights have, Rights needed);

/// "example.test" of "alice@example.test".
[[nodiscard]] std::string_view domain_of(std::string_view user);

}  // namespace helio::store
