// Mailbox names as the store keeps them: UTF-8, "/" between the parts, "INBOX" in capitals as the first part.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "store/mailbox/sharing_rules.h"

namespace helio::store {

struct NameLimits {
    std::size_t bytes = 400;
    std::size_t depth = 64;
};

inline constexpr std::string_view inbox_name = "INBOX";

/// `name` in its stored form: one trailing "/" goes, a first part "inbox" in any case becomes "INBOX".
[[nodiscard]] std::string canonical_name(std::string_view name);

/// `name` must be canonical. Errors: bad_name for an empty or over-long one, empty parts, too many parts, bytes that
/// are not UTF-8, control characters.
[[nodiscard]] Result<> check_name(std::string_view name, const NameLimits& limits);

/// The same for a mailbox of one's own: bad_name, too, for the names under which those of others are seen.
[[nodiscard]] Result<> check_own_name(std::string_view name, const NameLimits& limits, const SharingRules& sharing);

/// "a/b/c" -> "a", "a/b".
[[nodiscard]] std::vector<std::string> parents_of(std::string_view name);

/// True when `name` lies below `parent`.
[[nodiscard]] bool is_below(std::string_view name, std::string_view parent);

}  // namespace helio::store
