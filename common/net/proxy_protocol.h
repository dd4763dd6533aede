// PROXY protocol headers, version 1 (text) and 2 (binary): the true client address in front of a proxied connection.
// Pure; HAProxy's proxy-protocol.txt is the specification. Believed only from listed peers (Listener).
#pragma once

#include <optional>
#include <string_view>

#include "common/net/address.h"

namespace helio::net {

struct ProxyHeader {
    std::size_t length = 0;          ///< bytes of the header, to be taken from the stream
    std::optional<Endpoint> client;  ///< nothing for LOCAL and UNKNOWN: the proxy speaks for itself
};

/// Longest header that is accepted: v1 has at most 107 bytes, v2 16 + 65535 by its length field, of which we take 536.
inline constexpr std::size_t most_proxy_header_bytes = 536;

/// Nothing yet when `bytes` may be the start of a header (`need_more`). Errors: errc::bad_line.
struct ProxyParse {
    bool need_more = false;
    ProxyHeader header;
};
Result<ProxyParse> parse_proxy_header(std::string_view bytes);

/// A version 2 header for TCP between these two; what our own front ends send.
std::string proxy_header(const Endpoint& client, const Endpoint& server);

}  // namespace helio::net
