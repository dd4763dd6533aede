// neighbourhood(): what is counted as one client where connections and failures have limits. An IPv6 host has a /64 to
// itself (RFC 6177).
#pragma once

#include <string>

#include "common/net/address.h"

namespace helio::net {

/// The address itself, or the first one of its /64.
inline Address neighbourhood(const Address& address) {
    if (address.is_v4()) return address;
    return Address::from_bytes(std::string(address.bytes().substr(0, 8)) + std::string(8, '\0'));
}

}  // namespace helio::net
