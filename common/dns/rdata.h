// Record data from the wire to values. Pure; nothing for what is malformed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/dns/resolver.h"

namespace helio::dns {

/// Numbers of the record types that are asked for (RFC 1035 section 3.2.2, RFC 3596).
enum class Type : int { a = 1, ptr = 12, mx = 15, txt = 16, aaaa = 28 };

[[nodiscard]] std::optional<MxRecord> read_mx(std::string_view rdata);
[[nodiscard]] std::optional<net::Address> read_address(std::string_view rdata);  ///< A and AAAA
[[nodiscard]] std::optional<std::string> read_txt(std::string_view rdata);
[[nodiscard]] std::optional<std::string> read_ptr(std::string_view rdata);

}  // namespace helio::dns
