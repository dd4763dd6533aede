// What a gRPC call ended with, for callers that speak Result (STYLE S10). The values are gRPC's status codes.
#pragma once

#include <system_error>

namespace helio::rpc {

enum class errc {
    cancelled = 1,
    unknown = 2,
    invalid_argument = 3,
    deadline_exceeded = 4,
    not_found = 5,
    already_exists = 6,
    permission_denied = 7,
    resource_exhausted = 8,
    failed_precondition = 9,
    aborted = 10,
    out_of_range = 11,
    unimplemented = 12,
    internal = 13,
    unavailable = 14,
    data_loss = 15,
    unauthenticated = 16,
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace helio::rpc

template <>
struct std::is_error_code_enum<helio::rpc::errc> : std::true_type {};
