// Flags and keywords of a message. System flags are bits; a keyword is a bit too, named by the mailbox's keyword table
// (Keywords), at most 256 in a mailbox; a keyword's bit never changes its meaning while the mailbox lives.
// \Recent is no stored flag: see MailStore::claim_recent().
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace helio::store {

enum class Flag : std::uint8_t { seen = 1, answered = 2, flagged = 4, deleted = 8, draft = 16 };

struct Flags {
    std::uint8_t bits = 0;
    bool operator==(const Flags&) const = default;
    bool has(Flag flag) const { return (bits & static_cast<std::uint8_t>(flag)) != 0; }
    Flags with(Flag flag) const { return {static_cast<std::uint8_t>(bits | static_cast<std::uint8_t>(flag))}; }
    Flags without(Flag flag) const { return {static_cast<std::uint8_t>(bits & ~static_cast<unsigned>(flag))}; }
};

/// "\Seen" in any case -> the flag; nothing for another word (a keyword, "\Recent").
[[nodiscard]] std::optional<Flag> parse_flag(std::string_view word);
/// "\Seen".
[[nodiscard]] std::string_view to_string(Flag flag);
inline constexpr std::array all_flags = {Flag::answered, Flag::flagged, Flag::deleted, Flag::seen, Flag::draft};

inline constexpr std::size_t most_keywords = 256;
inline constexpr std::size_t most_keyword_bytes = 100;
using KeywordBits = std::bitset<most_keywords>;

/// A keyword is an IMAP atom that does not begin with a backslash (RFC 9051 §9 flag-keyword).
[[nodiscard]] bool is_keyword(std::string_view word);

/// The keyword table of one mailbox: names[bit]; names compare ignoring case (RFC 9051 §2.3.2).
struct Keywords {
    std::vector<std::string> names;
    std::optional<std::size_t> find(std::string_view name) const;
    /// The names of the bits that are set.
    std::vector<std::string_view> names_of(const KeywordBits& bits) const;
};

/// Flags by name, as requests carry them: "\Seen \Flagged $Forwarded".
struct FlagList {
    Flags flags;
    std::vector<std::string> keywords;
    bool empty() const { return flags.bits == 0 && keywords.empty(); }
    bool operator==(const FlagList&) const = default;
};
/// Words separated by spaces; words that are neither a flag nor a keyword (and \Recent) are left out.
[[nodiscard]] FlagList parse_flag_list(std::string_view words);

}  // namespace helio::store
