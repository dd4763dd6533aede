// ImapUrl: an IMAP URL that names a message or a part of one (RFC 5092), as CATENATE takes it.
// Absolute ("imap://user@host/Drafts;UIDVALIDITY=1/;UID=2/;SECTION=1.2/;PARTIAL=0.100") or relative to the selected
// mailbox or the server ("/Drafts/;UID=2", ";UID=2"). Percent escapes are decoded; names are UTF-8 then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/imap/fetch_item.h"
#include "common/imap/syntax.h"

namespace helio::imap {

struct ImapUrl {
    /// `;PARTIAL=offset.length`; without length up to the end.
    struct Range {
        std::uint64_t offset = 0;
        std::optional<std::uint64_t> length;
        bool operator==(const Range&) const = default;
    };
    std::string host;                    ///< with port as written; empty: relative to this server
    std::string user;                    ///< only with a host
    std::optional<std::string> mailbox;  ///< nothing: the selected one
    std::optional<std::uint32_t> uid_validity;
    std::uint32_t uid = 0;
    std::optional<Section> section;  ///< nothing: the whole message
    std::optional<Range> range;
    bool operator==(const ImapUrl&) const = default;
};

/// Refuses URLs that name no message, and the extensions that this does not know (URLAUTH).
Parsed<ImapUrl> parse_imap_url(std::string_view text);
std::string print_imap_url(const ImapUrl& url);

}  // namespace helio::imap
