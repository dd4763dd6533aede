// Encoded words (RFC 2047) and extended parameters (RFC 2231) as UTF-8, for search, sort, previews and display.
// IMAP's ENVELOPE and BODYSTRUCTURE give the raw forms; nothing here changes a message.
#pragma once

#include <string>
#include <string_view>

namespace helio::mail {

/// An unfolded header value as UTF-8: encoded words decoded, white space between two of them dropped (§6.2), raw 8-bit
/// bytes read as UTF-8 or else Latin-1. What is no encoded word stays as it is.
std::string decode_header(std::string_view value);

/// `charset'language'percent-encoded` (RFC 2231 §4) as UTF-8; text without two quotes is only percent-decoded.
std::string decode_extended_parameter(std::string_view value);

}  // namespace helio::mail
