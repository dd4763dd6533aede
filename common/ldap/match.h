// Matching: which filters find a domain or a user, and which of the found entries is the one. Pure.
// An entry counts only when one of its values equals the name that was asked for (Entry::holds). When several entries
// match equally well the answer is an error, never a guess: mail must not go to the wrong one of two.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/ldap/entry.h"
#include "common/ldap/filter.h"

namespace helio::ldap {

/// An address in the forms to look for: the domain as sent, then the canonical one when that differs.
struct WantedAddress {
    std::string local_part;
    std::vector<std::string> domains;
    bool catch_all = true;  ///< "@domain" values count, as the last resort
};

Filter domain_filter(std::string_view name);
/// Any entry that is a domain; for the search at a given DN.
Filter any_domain_filter();
Filter any_user_filter();
Filter login_filter(std::string_view uid);
/// Groups that have the entry `dn` as a member. The server compares the names: a group may have more members than an
/// answer may hold.
Filter groups_filter(std::string_view dn);
Filter address_filter(const WantedAddress& wanted);

/// nullptr: none matches. Error: ambiguous.
using Picked = Result<const Entry*>;

/// A domain that has `name` as its canonical name goes before one that has it as an alias.
Picked pick_domain(const std::vector<Entry>& entries, std::string_view name);
/// mail, mailAlternateAddress, mailEquivalentAddress, each as sent before canonical; then the catch-alls.
Picked pick_address(const std::vector<Entry>& entries, const WantedAddress& wanted);

}  // namespace helio::ldap
