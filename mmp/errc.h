// What keeps a proven user from his store; the client reads UNAVAILABLE or SYS/TEMP for each, the log the reason.
#pragma once

#include <system_error>

namespace helio::mmp {

enum class errc {
    no_mailhost = 1,  ///< the user's mailHost has no endpoint for the protocol
    store_down,       ///< too many failures of late: not even tried
    bad_store,        ///< the store speaks something else than its protocol
    store_busy,       ///< the store itself says that it is unavailable
    store_refused,    ///< the store doesn't believe the proxy login: a fault in the site's configuration
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace helio::mmp

template <>
struct std::is_error_code_enum<helio::mmp::errc> : std::true_type {};
