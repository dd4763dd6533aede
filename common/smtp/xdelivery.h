// XDELIVERY: our own LMTP extension between relay and store (DESIGN section 6). The store announces the keyword
// XDELIVERY in LHLO; then RCPT TO takes the parameters below, each value xtext-encoded (RFC 3461 §4):
//   XDELIVERYID=  chosen once per queued message; a repeated (id, recipient) is answered with success and stored once;
//                 with XPOST a recipient is a user and the folder
//   XFOLDER=      mailbox name in UTF-8, "/" between the parts; default INBOX
//   XPOST     without a value: the sender named the folder (user+folder@), so the right p of RFC 4314 decides; without
//             it the user did (Sieve), who needs no right
//   XFLAGS=       IMAP flags and keywords separated by spaces: "\Seen $Junk"
//   XTRACE=       the id that follows the message through all logs
//   XQUOTABYTES=, XQUOTAMESSAGES=   the user's limits as the directory has them; absent: none
//   XNOQUOTA      without a value: store even over quota
// Pure; used by the relay's LMTP client (print) and by lmtpd (parse).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/smtp/xtext.h"

namespace helio::smtp {

struct XDelivery {
    std::string delivery_id;  ///< at most 64 characters of [0-9A-Za-z.-]
    std::string folder;       ///< at most 400 bytes
    std::string flags;        ///< at most 1,000 bytes
    std::string trace_id;     ///< at most 64 characters of [0-9A-Za-z.-]
    std::optional<std::uint64_t> quota_bytes;
    std::optional<std::uint64_t> quota_messages;
    bool ignore_quota = false;
    bool posted = false;  ///< XPOST
    bool operator==(const XDelivery&) const = default;
};

/// The EHLO/LHLO keyword.
inline constexpr std::string_view xdelivery_keyword = "XDELIVERY";

/// " XDELIVERYID=... XTRACE=..." with a leading space, ready to stand behind "RCPT TO:<...>"; "" when nothing is set.
[[nodiscard]] std::string print_xdelivery(const XDelivery& delivery);

/// True when `name` (any case) is one of the parameters above.
[[nodiscard]] bool is_xdelivery_parameter(std::string_view name);

/// One parameter of RCPT TO as it stands on the line (xtext not yet decoded) into `into`; call it for each that
/// is_xdelivery_parameter() knows. Errors: invalid_argument with the parameter's name (answer 501 5.5.4).
[[nodiscard]] Result<> parse_xdelivery_parameter(std::string_view name, std::string_view value, XDelivery& into);

}  // namespace helio::smtp
