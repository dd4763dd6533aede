// What the storage engine answers when a change or a read can't be done.
#pragma once

#include <system_error>

namespace helio::storage {

enum class errc {
    no_space = 1,  ///< the file system is full up to the reserve; nothing happened
    io,            ///< the disk reported an error; nothing happened
    busy,          ///< too many changes wait; nothing happened
    stopped,       ///< the partition is closing, or the outcome can't be told: hang up, do not answer
    damaged,       ///< a checksum does not match; the place is in the log and in verify()
    no_such_body,
    too_large,  ///< body or record above its limit
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace helio::storage

template <>
struct std::is_error_code_enum<helio::storage::errc> : std::true_type {};
