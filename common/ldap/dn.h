// Distinguished names (RFC 4514) as far as a look-up needs them: parents and comparison. Pure; libldap does the
// parsing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace helio::ldap {

/// One spelling for equal names: lower case, no spaces around separators. Empty when `dn` is no DN.
[[nodiscard]] std::string normalized_dn(std::string_view dn);

/// The entries above `dn` from its parent up to `base`, the latter included, each normalized. Empty when `dn` does not
/// lie below `base`.
[[nodiscard]] std::vector<std::string> ancestors_of(std::string_view dn, std::string_view base);

}  // namespace helio::ldap
