// IP addresses, networks (CIDR) and "host:port" endpoints as configuration and logs write them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace helio::net {

/// IPv4 or IPv6; IPv4-mapped IPv6 is folded to IPv4.
class Address {
public:
    Address() = default;
    static Result<Address> parse(std::string_view text);  ///< "192.0.2.1", "2001:db8::1" or "[2001:db8::1]"
    static Address from_bytes(std::string_view bytes);    ///< 4 or 16 bytes in network order

    bool is_v4() const { return v4_; }
    bool is_loopback() const;
    std::string to_string() const;
    /// 4 or 16 bytes.
    std::string_view bytes() const {
        return {reinterpret_cast<const char*>(bytes_.data()), v4_ ? std::size_t{4} : std::size_t{16}};
    }
    auto operator<=>(const Address&) const = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
    bool v4_ = true;
};

struct Endpoint {
    Address address;
    std::uint16_t port = 0;
    static Result<Endpoint> parse(std::string_view text);  ///< "127.0.0.1:25", "[::]:25"
    std::string to_string() const;
    auto operator<=>(const Endpoint&) const = default;
};

/// A host name or address with a port, not yet resolved: "store-a.example.test:225".
struct HostPort {
    std::string host;
    std::uint16_t port = 0;
    static Result<HostPort> parse(std::string_view text);
    std::string to_string() const;
    bool operator==(const HostPort&) const = default;
};

/// "192.0.2.0/24", "2001:db8::/32"; a bare address is a network of one.
class Network {
public:
    static Result<Network> parse(std::string_view text);
    bool contains(const Address& address) const;
    std::string to_string() const;

private:
    Address base_;
    unsigned prefix_bits_ = 0;
};

bool contains(const std::vector<Network>& networks, const Address& address);

}  // namespace helio::net
