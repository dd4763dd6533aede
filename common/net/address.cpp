#include "common/net/address.h"

#include <algorithm>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "common/base/text.h"
#include "common/net/errc.h"

namespace helio::net {

Address Address::from_bytes(std::string_view bytes) {
    static constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);
    if (bytes.size() == 16 && bytes.starts_with(mapped)) bytes.remove_prefix(12);
    Address address;
    address.v4_ = bytes.size() == 4;
    std::copy_n(bytes.begin(), std::min<std::size_t>(bytes.size(), 16), address.bytes_.begin());
    return address;
}

Result<Address> Address::parse(std::string_view text) {
    std::string bare(text);
    if (bare.size() > 2 && bare.front() == '[' && bare.back() == ']') bare = bare.substr(1, bare.size() - 2);
    char bytes[16];
    if (bare.find('\0') != std::string::npos) bare.clear();  // C would see less than is there
    if (::inet_pton(AF_INET, bare.c_str(), bytes) == 1) return from_bytes({bytes, 4});
    if (::inet_pton(AF_INET6, bare.c_str(), bytes) == 1) return from_bytes({bytes, 16});
    return fail(errc::name_unknown, fmt::format("'{}' is no IP address", base::printable(text)));
}

bool Address::is_loopback() const {
    if (v4_) return bytes_[0] == 127;
    return std::ranges::all_of(bytes_.begin(), bytes_.end() - 1, [](auto b) { return b == 0; }) && bytes_[15] == 1;
}

std::string Address::to_string() const {
    char text[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(v4_ ? AF_INET : AF_INET6, bytes_.data(), text, sizeof text);
    return text;
}

Result<HostPort> HostPort::parse(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto port = colon == std::string_view::npos ? std::nullopt : base::parse_number(text.substr(colon + 1));
    auto host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (host.empty() || !port || *port > 65535)
        return fail(errc::name_unknown, fmt::format("'{}' is not host:port", base::printable(text)));
    return HostPort{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::string HostPort::to_string() const {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Result<Endpoint> Endpoint::parse(std::string_view text) {
    const auto parts = HostPort::parse(text);
    if (!parts) return fail(parts.error());
    const auto address = Address::parse(parts->host);
    if (!address) return fail(address.error());
    return Endpoint{*address, parts->port};
}

std::string Endpoint::to_string() const { return HostPort{address.to_string(), port}.to_string(); }

Result<Network> Network::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = Address::parse(text.substr(0, slash));
    if (!address) return fail(address.error());
    Network network;
    network.base_ = *address;
    const unsigned most = address->is_v4() ? 32 : 128;
    network.prefix_bits_ = most;
    if (slash != std::string_view::npos) {
        const auto bits = base::parse_number(text.substr(slash + 1));
        if (!bits || *bits > most)
            return fail(errc::name_unknown,
                        fmt::format("'{}' is no network such as 192.0.2.0/24", base::printable(text)));
        network.prefix_bits_ = static_cast<unsigned>(*bits);
    }
    return network;
}

bool Network::contains(const Address& address) const {
    if (address.is_v4() != base_.is_v4()) return false;
    const auto a = address.bytes();
    const auto b = base_.bytes();
    const auto whole = prefix_bits_ / 8;
    if (a.substr(0, whole) != b.substr(0, whole)) return false;
    const auto rest = prefix_bits_ % 8;
    return rest == 0 ||
           ((static_cast<unsigned char>(a[whole]) ^ static_cast<unsigned char>(b[whole])) >> (8 - rest)) == 0;
}

std::string Network::to_string() const { return fmt::format("{}/{}", base_.to_string(), prefix_bits_); }

bool contains(const std::vector<Network>& networks, const Address& address) {
    return std::ranges::any_of(networks, [&](const Network& network) { return network.contains(address); });
}

}  // namespace helio::net
