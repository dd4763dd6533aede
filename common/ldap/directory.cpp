#include "common/ldap/directory.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::ldap {
namespace {

struct Parts {
    std::string_view local;
    std::string_view domain;
};

Parts split_address(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos) return {address, {}};
    return {address.substr(0, at), address.substr(at + 1)};
}

bool is_name_of(std::string_view domain, const Domain& home) {
    return base::equals_ignoring_case(domain, home.name) || std::ranges::any_of(home.aliases, [&](const auto& alias) {
               return base::equals_ignoring_case(domain, alias);
           });
}

// The same mailbox: equal, or equal but for two names of the home domain.
bool same_address(const Parts& a, const Parts& b, const Domain& home) {
    if (a.local.empty() || !base::equals_ignoring_case(a.local, b.local)) return false;
    if (base::equals_ignoring_case(a.domain, b.domain)) return true;
    return is_name_of(a.domain, home) && is_name_of(b.domain, home);
}

}  // namespace

bool User::owns_address(std::string_view address, const Domain& home) const {
    const auto asked = split_address(address);
    const auto is_it = [&](std::string_view own) { return same_address(asked, split_address(own), home); };
    return is_it(mail) || std::ranges::any_of(alternates, is_it) || std::ranges::any_of(equivalents, is_it);
}

}  // namespace helio::ldap
