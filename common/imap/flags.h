// Flags: system flags as bits and keywords as text, as clients send and read them (RFC 9051 §2.3.2).
// Used by STORE, APPEND and the FETCH and FLAGS printers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/imap/cursor.h"

namespace helio::imap {

/// Bits of Flags::system.
enum SystemFlag : std::uint8_t {
    flag_seen = 1,
    flag_answered = 2,
    flag_flagged = 4,
    flag_deleted = 8,
    flag_draft = 16,
    flag_recent = 32,  ///< IMAP4rev1 only; never stored
};
inline constexpr std::uint8_t storable_flags = 31;
inline constexpr std::size_t most_keyword_bytes = 100;

struct Flags {
    std::uint8_t system = 0;
    std::vector<std::string> keywords;  ///< as first written; compared ignoring ASCII case; no duplicates
    bool operator==(const Flags&) const = default;

    /// Adds a keyword unless it is there.
    void add_keyword(std::string_view keyword);
};

/// flag; \Recent is read and dropped (clients may not set it, but copy it from FETCH answers).
void parse_flag(Cursor& in, Flags& into);
/// flag-list = "(" [flag *(SP flag)] ")"
Flags parse_flag_list(Cursor& in);
/// STORE also takes flags without parentheses: flag *(SP flag).
Flags parse_flags(Cursor& in);

/// "\Seen $Forwarded": system flags in a fixed order, then keywords; no parentheses.
void print_flags(std::string& out, const Flags& flags);
void print_system_flags(std::string& out, std::uint8_t system);
/// A keyword is an atom (RFC 9051 §9: flag-keyword) of bounded length.
bool is_keyword(std::string_view text);

}  // namespace helio::imap
