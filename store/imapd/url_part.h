// What an IMAP URL in CATENATE names: a message of the user's own, or a part of one (RFC 4469 §3, RFC 5092,
// URL-PARTIAL of RFC 5550 §3.1).
#pragma once

#include <optional>
#include <string>

#include "store/imapd/append_body.h"

namespace helio::store::imapd {

/// Appends the bytes to `body`, which may grow to `most_bytes`. An answer refuses the command: NO [BADURL ...],
/// NO [TOOBIG]. Relative URLs are of the selected mailbox or this server; absolute ones must name this mailhost.
std::optional<Reply> add_url_part(ImapSession& session, const std::string& url, std::uint64_t most_bytes,
                                  AppendBody& body);

}  // namespace helio::store::imapd
