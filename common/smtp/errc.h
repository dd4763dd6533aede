// What an SMTP or LMTP peer's bytes can have wrong, where the answer is not a Reply of ours.
#pragma once

#include <system_error>

namespace helio::smtp {

enum class errc {
    bad_reply = 1,  ///< a server's line is no reply (RFC 5321 §4.2)
    bad_xtext,      ///< not xtext (RFC 3461 §4)
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace helio::smtp

template <>
struct std::is_error_code_enum<helio::smtp::errc> : std::true_type {};
