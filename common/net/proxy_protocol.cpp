#include "common/net/proxy_protocol.h"

#include "common/base/text.h"
#include "common/net/errc.h"

namespace helio::net {
namespace {

constexpr std::string_view v2_signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t v1_most_bytes = 107;

std::uint16_t number16(std::string_view bytes) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1]));
}

Result<ProxyParse> bad(const char* why) { return fail(errc::bad_line, why); }

// "PROXY TCP4 192.0.2.1 198.51.100.1 56324 25\r\n"
Result<ProxyParse> parse_v1(std::string_view bytes) {
    const auto end = bytes.find("\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() >= v1_most_bytes) return bad("PROXY v1 line without an end");
        return ProxyParse{.need_more = true, .header = {}};
    }
    if (end + 2 > v1_most_bytes) return bad("PROXY v1 line too long");
    ProxyParse parse{.need_more = false, .header = {.length = end + 2, .client = {}}};
    const auto words = base::split(bytes.substr(0, end), ' ');
    if (words.size() >= 2 && words[1] == "UNKNOWN") return parse;
    if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6")) return bad("PROXY v1 line malformed");
    const auto address = Address::parse(words[2]);
    const auto port = base::parse_number(words[4]);
    if (!address || address->is_v4() != (words[1] == "TCP4") || !port || *port > 65535)
        return bad("PROXY v1 address malformed");
    parse.header.client = Endpoint{*address, static_cast<std::uint16_t>(*port)};
    return parse;
}

// signature(12) version+command(1) family(1) length(2) addresses
Result<ProxyParse> parse_v2(std::string_view bytes) {
    if (bytes.size() < 16) return ProxyParse{.need_more = true, .header = {}};
    const auto command = static_cast<unsigned char>(bytes[12]);
    const auto family = static_cast<unsigned char>(bytes[13]);
    const std::size_t length = number16(bytes.substr(14));
    if (command >> 4 != 2 || (command & 15) > 1) return bad("PROXY v2 version or command unknown");
    if (16 + length > most_proxy_header_bytes) return bad("PROXY v2 header too long");
    if (bytes.size() < 16 + length) return ProxyParse{.need_more = true, .header = {}};
    ProxyParse parse{.need_more = false, .header = {.length = 16 + length, .client = {}}};
    if ((command & 15) == 0) return parse;  // LOCAL: the proxy's own health check
    const std::size_t address_bytes = family == 0x11 ? 4 : family == 0x21 ? 16 : 0;
    if (address_bytes == 0) return parse;  // UNSPEC and UNIX: no address to take
    if (length < 2 * address_bytes + 4) return bad("PROXY v2 addresses cut");
    const auto body = bytes.substr(16);
    parse.header.client =
        Endpoint{Address::from_bytes(body.substr(0, address_bytes)), number16(body.substr(2 * address_bytes))};
    return parse;
}

}  // namespace

Result<ProxyParse> parse_proxy_header(std::string_view bytes) {
    constexpr std::string_view v1_start = "PROXY ";
    if (bytes.substr(0, v1_start.size()) == v1_start.substr(0, bytes.size()))
        return bytes.size() < v1_start.size() ? ProxyParse{.need_more = true, .header = {}} : parse_v1(bytes);
    if (bytes.substr(0, v2_signature.size()) == v2_signature.substr(0, bytes.size())) return parse_v2(bytes);
    return bad("no PROXY header");
}

std::string proxy_header(const Endpoint& client, const Endpoint& server) {
    const bool v4 = client.address.is_v4() && server.address.is_v4();
    const auto widen = [&](const Address& address) {
        if (v4 || !address.is_v4()) return std::string(address.bytes());
        return std::string("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12) + std::string(address.bytes());
    };
    const auto port = [](std::uint16_t number) {
        return std::string{static_cast<char>(number >> 8), static_cast<char>(number & 255)};
    };
    const auto body = widen(client.address) + widen(server.address) + port(client.port) + port(server.port);
    return std::string(v2_signature) + '\x21' + (v4 ? '\x11' : '\x21') + port(static_cast<std::uint16_t>(body.size())) +
           body;
}

}  // namespace helio::net
