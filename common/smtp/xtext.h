// xtext: the encoding of arbitrary bytes in ESMTP parameter values (RFC 3461 §4): ENVID, ORCPT, AUTH.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace helio::smtp {

/// "+", "=" and everything outside 33..126 as "+XX".
[[nodiscard]] std::string xtext_encode(std::string_view bytes);
/// Nothing when `text` is not xtext (a "+" without two upper-case hex digits, "=", white space, control or 8-bit
/// bytes).
[[nodiscard]] std::optional<std::string> xtext_decode(std::string_view text);

}  // namespace helio::smtp
