// QuotaRootId: what a quota binds (RFC 9208 §3.2 quota root): all of a user, all users of a domain, or one mailbox.
// Used by records, rows, quota.h and the IMAP commands. A value; its key orders the index table `quota`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/mailbox/ids.h"

namespace helio::store {

enum class QuotaScope : std::uint8_t { user = 1, domain = 2, folder = 3 };

struct QuotaRootId {
    QuotaScope scope = QuotaScope::user;
    UserId user_id;      ///< scope user
    std::string domain;  ///< scope domain: canonical name, lower case
    MailboxId mailbox;   ///< scope folder

    static QuotaRootId user(UserId id) { return {QuotaScope::user, id, {}, {}}; }
    static QuotaRootId of_domain(std::string name) { return {QuotaScope::domain, {}, std::move(name), {}}; }
    static QuotaRootId folder(MailboxId id) { return {QuotaScope::folder, {}, {}, id}; }
    bool operator==(const QuotaRootId&) const = default;

    /// Scope in one byte, then user id 4, mailbox id 8, or the domain's name.
    std::string key() const;
    static std::optional<QuotaRootId> of_key(std::string_view key);
};

/// A root's name on the wire: "user/alice@example.test", "domain/example.test",
/// "folder/alice@example.test/Archive/2026" (UTF-8).
struct QuotaRootName {
    QuotaScope scope = QuotaScope::user;
    std::string owner;    ///< user or domain
    std::string mailbox;  ///< scope folder
    bool operator==(const QuotaRootName&) const = default;

    std::string to_string() const;
    /// Nothing when `text` is none of the three forms; the parts are not checked further. Users and domains in any
    /// case.
    static std::optional<QuotaRootName> parse(std::string_view text);
};

}  // namespace helio::store
