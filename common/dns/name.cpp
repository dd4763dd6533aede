#include "common/dns/name.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::dns {
namespace {

constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;

bool is_askable(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

}  // namespace

std::optional<std::string> askable_name(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    if (name.empty() || name.size() > longest_name) return std::nullopt;
    auto lower = base::to_lower(name);
    for (const auto label : base::split(lower, '.'))
        if (label.empty() || label.size() > longest_label || !std::ranges::all_of(label, is_askable))
            return std::nullopt;
    return lower;
}

std::optional<std::string> take_name(std::string_view& wire) {
    std::string name;
    for (;;) {
        if (wire.empty()) return std::nullopt;
        const auto length = static_cast<unsigned char>(wire.front());
        wire.remove_prefix(1);
        if (length == 0) return name;
        if (length > longest_label || wire.size() < length) return std::nullopt;
        const auto label = wire.substr(0, length);
        const auto fits = [](char c) { return c > 0x20 && c < 0x7f && c != '.' && c != '\\'; };
        if (!std::ranges::all_of(label, fits)) return std::nullopt;
        if (!name.empty()) name += '.';
        name += base::to_lower(label);
        if (name.size() > longest_name) return std::nullopt;
        wire.remove_prefix(length);
    }
}

std::string reverse_name(const net::Address& address) {
    const auto bytes = address.bytes();
    std::string name;
    for (auto at = bytes.rbegin(); at != bytes.rend(); ++at) {
        const auto byte = static_cast<unsigned char>(*at);
        if (address.is_v4()) {
            name += std::to_string(byte) + '.';
        } else {
            const auto hex = base::to_hex({&*at, 1});
            name += {hex[1], '.', hex[0], '.'};
        }
    }
    return name + (address.is_v4() ? "in-addr.arpa" : "ip6.arpa");
}

}  // namespace helio::dns
