// Result<T>: what peers, networks, directories and users do wrong is a value, never an exception (STYLE S7).
// Used by every module. A module names its errors in its own errc.h as an enum with an std::error_category.
#pragma once

#include <expected>
#include <string>
#include <system_error>
#include <utility>

namespace helio {

/// `code` decides what the caller does; `detail` is for the log only and never reaches a peer.
struct Error {
    std::error_code code;
    std::string detail;
};

template <class T = void>
using Result = std::expected<T, Error>;

/// `return fail(errc::over_quota, "alice");` from any function returning Result<T>.
[[nodiscard]] inline std::unexpected<Error> fail(std::error_code code, std::string detail = {}) {
    return std::unexpected<Error>(Error{code, std::move(detail)});
}
[[nodiscard]] inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }

/// The code's message, and the detail when there is one: "no such host: mx.example.test".
[[nodiscard]] std::string to_string(const Error& error);

}  // namespace helio
