// Small text helpers that the field's protocols share: ASCII case, trimming, splitting, hex and base64.
// Pure functions on views; nothing here depends on the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace helio::base {

[[nodiscard]] char to_lower(char c);
[[nodiscard]] std::string to_lower(std::string_view text);  ///< ASCII letters only
[[nodiscard]] std::string to_upper(std::string_view text);  ///< ASCII letters only
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
[[nodiscard]] std::string_view trim(std::string_view text);  ///< spaces, tabs, CR and LF at both ends
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// A decimal number without sign, all of `text`; nothing when it is empty, has other characters or does not fit.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);
[[nodiscard]] std::optional<std::uint32_t> parse_number32(std::string_view text);

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::string base64_encode(std::string_view bytes);
/// Strict RFC 4648 §4: padding required, no white space; nothing on any other input.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

/// For logs: control characters, quotes and bytes above 126 as \xNN, cut to `most` bytes with "..." behind.
[[nodiscard]] std::string printable(std::string_view bytes, std::size_t most = 200);

/// Bytes of the character that `text`, which is not empty, begins with; 0 when it is no UTF-8 (RFC 3629 §4).
[[nodiscard]] std::size_t utf8_length(std::string_view text);

/// True when `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
[[nodiscard]] bool is_utf8(std::string_view text);

/// Levenshtein distance; for "did you mean" in configuration errors.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace helio::base
