// Status: what the status attributes of domains and users say (reference mta.md 4.7). Pure.
#pragma once

#include <initializer_list>
#include <string_view>

#include "common/ldap/directory.h"

namespace helio::ldap {

/// inetDomainStatus and inetUserStatus: active, inactive or deleted; nothing is active, anything else is inactive.
[[nodiscard]] Status parse_general_status(std::string_view value);
/// mailDomainStatus and mailUserStatus: those, and disabled, removed, hold and overquota.
[[nodiscard]] Status parse_mail_status(std::string_view value);
/// The first that is not active wins.
[[nodiscard]] Status first_not_active(std::initializer_list<Status> in_order);

}  // namespace helio::ldap
