// IMAP's data forms that ENVELOPE and BODYSTRUCTURE are made of (RFC 9051 §4.3): string, nstring.
// Pre-printed once at delivery, so the form must suit every client: 7-bit text is quoted, everything else goes as a
// literal (a rev1 client may not get 8-bit bytes in a quoted string, RFC 3501 §4.3.1); NUL is dropped.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace helio::mail {

void append_imap_string(std::string& into, std::string_view text);
/// NIL when absent.
void append_imap_nstring(std::string& into, const std::optional<std::string>& text);

}  // namespace helio::mail
