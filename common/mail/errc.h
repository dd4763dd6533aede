// What is wrong with a value of the mail formats. Shared by all parsers of common/mail.
#pragma once

#include <system_error>

namespace helio::mail {

enum class errc {
    malformed = 1,    ///< the grammar does not allow it
    too_long,         ///< above a length limit of RFC 5321 §4.5.3.1
    needs_smtputf8,   ///< non-ASCII where the peer did not ask for SMTPUTF8 (RFC 6531 §3.3)
    unknown_version,  ///< a stored summary of a version that this build can't read
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace helio::mail

template <>
struct std::is_error_code_enum<helio::mail::errc> : std::true_type {};
