// A POP3 command line (RFC 1939 §3): keyword and the rest. Pure; tests/fuzz/mmp_pop_command.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace helio::mmp {

struct PopCommand {
    std::string keyword;        ///< upper case
    std::string_view argument;  ///< all behind the first space, untouched: a password may hold spaces
};

/// RFC 2449 §4: 255 octets with CRLF; a SASL initial response of old clients may be longer.
inline constexpr std::size_t most_pop_line_bytes = 12'288 + 64;

/// Nothing when the line has a control character or no keyword of 3 or 4 letters.
std::optional<PopCommand> parse_pop_command(std::string_view line);

}  // namespace helio::mmp
