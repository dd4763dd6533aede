// Why the directory gave no answer. All of them become Found::unknown or Proof::unknown: temporary errors.
#pragma once

#include <system_error>

namespace helio::ldap {

enum class errc {
    unavailable = 1,  ///< no server can be reached now
    connection_lost,  ///< the connection ended while we waited; worth another try
    timed_out,        ///< the deadline passed
    overloaded,       ///< too many questions wait already
    refused,          ///< the server answered with an error
    ambiguous,        ///< several entries where the schema wants one
    no_base,          ///< the search base does not exist, or we may not see it
    malformed,        ///< an entry that can't be used: no uid, too large
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace helio::ldap

template <>
struct std::is_error_code_enum<helio::ldap::errc> : std::true_type {};
