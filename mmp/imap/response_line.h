// A line that an IMAP server sends, taken apart as far as the proxy login needs (RFC 9051 §7).
// Pure; tests/fuzz/mmp_imap_response.cpp.
#pragma once

#include <string_view>

namespace helio::mmp {

/// Views into the line.
struct ImapResponseLine {
    std::string_view tag;        ///< "*", "+", or the tag of a command
    std::string_view word;       ///< "OK", "NO", "BAD", "BYE", "PREAUTH", "CAPABILITY", ...; empty after "+"
    std::string_view code;       ///< name of the response code in brackets: "CAPABILITY", "UNAVAILABLE"
    std::string_view arguments;  ///< what follows the code's name inside the brackets
    std::string_view text;       ///< the rest
};

ImapResponseLine parse_imap_response(std::string_view line);

/// True when the space-separated `list` has `word`, in any case.
bool has_word(std::string_view list, std::string_view word);

}  // namespace helio::mmp
