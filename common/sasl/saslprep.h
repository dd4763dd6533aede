// SASLprep (RFC 4013): names and passwords that people see as equal become equal bytes, before they are hashed or
// compared. Pure; by libidn's tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace helio::sasl {

/// Nothing when `text` is not UTF-8 or holds what RFC 4013 §2.3 prohibits. Unassigned code points are let through, as
/// for a query (RFC 3454 §7).
std::optional<std::string> saslprep(std::string_view text);

}  // namespace helio::sasl
