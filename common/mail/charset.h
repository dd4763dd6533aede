// Conversion of foreign character sets to UTF-8 for search, previews and display names (iconv).
#pragma once

#include <string>
#include <string_view>

namespace helio::mail {

/// UTF-8 of `bytes`; what does not convert becomes U+FFFD, and an unknown charset is read as UTF-8, then Latin-1.
/// Never more than `most` bytes, cut between characters.
std::string to_utf8(std::string_view charset, std::string_view bytes, std::size_t most = 1u << 20);

/// True when iconv knows it; for SEARCH CHARSET (RFC 9051 §6.4.4, BADCHARSET).
bool is_known_charset(std::string_view charset);

/// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace helio::mail
