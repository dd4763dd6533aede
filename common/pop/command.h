// A POP3 command line (RFC 1939 §3): keyword and the rest. Used by the store's server and by the proxy. Pure;
// tests/fuzz/pop_command.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace helio::pop {

struct Command {
    std::string keyword;        ///< upper case
    std::string_view argument;  ///< all behind the first space, untouched: a password may hold spaces
};

/// Commands are at most 255 octets (RFC 2449 §4); a SASL response may be longer (RFC 5034 §4, sasl::Exchange).
inline constexpr std::size_t most_line_bytes = 12'288 + 64;

/// Nothing when the line has a control character or begins with no word of at most 12 letters (XCLIENT and UTF8 too).
std::optional<Command> parse_command(std::string_view line);

/// Words of an argument; runs of spaces count as one.
std::vector<std::string_view> words_of(std::string_view argument);

}  // namespace helio::pop
