// Address lists of message headers (RFC 5322 §3.4 and §4.4) as IMAP's ENVELOPE wants them: display names raw (encoded
// words stay), quoting removed, groups as start and end markers. Tolerant of what mail really holds: never fails.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace helio::mail {

/// An address of RFC 9051 §7.5.2 ENVELOPE: a group starts with `mailbox` alone and ends with neither mailbox nor host.
struct ListedAddress {
    std::optional<std::string> name;     ///< phrase, or the comment behind a bare address
    std::optional<std::string> mailbox;  ///< local part without quoting, or the group's name
    std::optional<std::string> host;
    std::optional<std::string> route = std::nullopt;  ///< "@a.test,@b.test": a source route (obs-route)

    bool is_group_start() const { return mailbox && !host; }
    bool is_group_end() const { return !mailbox && !host; }
    bool operator==(const ListedAddress&) const = default;
};

/// `value` may be folded. A missing part of an address reads "MISSING_MAILBOX" or "MISSING_DOMAIN" (as Dovecot has it),
/// because NIL would make it a group. At most `most` entries.
std::vector<ListedAddress> parse_address_list(std::string_view value, std::size_t most = 20'000);

}  // namespace helio::mail
