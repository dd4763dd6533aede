// Domain names as the DNS has them (RFC 1035 sections 2.3.4 and 3.1). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/net/address.h"

namespace helio::dns {

/// Lower case, without the last dot. Nothing for what can't be asked: empty, over 253 bytes, a label that is empty or
/// over 63 bytes, a character that is no letter, digit, '-' or '_' (an internationalized name must be in its ASCII
/// form).
[[nodiscard]] std::optional<std::string> askable_name(std::string_view name);

/// The name at the start of `wire`, uncompressed, lower case, without its last dot: empty for the root. Takes it off
/// `wire`. A byte that text can't hold makes it malformed: nothing.
[[nodiscard]] std::optional<std::string> take_name(std::string_view& wire);

/// "1.2.0.192.in-addr.arpa" (RFC 1035 section 3.5), "...ip6.arpa" (RFC 3596 section 2.5).
[[nodiscard]] std::string reverse_name(const net::Address& address);

}  // namespace helio::dns
