// What the network does to us: the errors of net::Transport, Wire, connect() and the like.
#pragma once

#include <system_error>

namespace helio::net {

enum class errc {
    closed = 1,     ///< the peer ended its side, orderly or not
    timed_out,      ///< the deadline passed
    line_too_long,  ///< more bytes than the limit without an end of line
    bad_line,       ///< NUL, bare CR or bare LF where the protocol forbids it
    refused,        ///< connection refused, host or network unreachable
    tls_failed,     ///< handshake or record failure, certificate not accepted
    name_unknown,   ///< a host name that does not resolve
    cancelled,      ///< we are shutting down, or the session was told to end
    too_many,       ///< a limit on connections or sessions is reached
    io,             ///< anything else the kernel reports
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace helio::net

template <>
struct std::is_error_code_enum<helio::net::errc> : std::true_type {};
