#include "common/dns/rdata.h"

#include "common/dns/name.h"

namespace helio::dns {

std::optional<MxRecord> read_mx(std::string_view rdata) {
    if (rdata.size() < 2) return std::nullopt;
    MxRecord record;
    record.preference =
        static_cast<std::uint16_t>(static_cast<unsigned char>(rdata[0]) << 8 | static_cast<unsigned char>(rdata[1]));
    rdata.remove_prefix(2);
    auto host = take_name(rdata);
    if (!host || !rdata.empty()) return std::nullopt;
    record.host = std::move(*host);
    return record;
}

std::optional<net::Address> read_address(std::string_view rdata) {
    if (rdata.size() != 4 && rdata.size() != 16) return std::nullopt;
    return net::Address::from_bytes(rdata);
}

std::optional<std::string> read_txt(std::string_view rdata) {
    std::string text;
    if (rdata.empty()) return std::nullopt;
    while (!rdata.empty()) {
        const auto length = static_cast<unsigned char>(rdata.front());
        rdata.remove_prefix(1);
        if (rdata.size() < length) return std::nullopt;
        text += rdata.substr(0, length);
        rdata.remove_prefix(length);
    }
    return text;
}

std::optional<std::string> read_ptr(std::string_view rdata) {
    auto name = take_name(rdata);
    if (!name || name->empty() || !rdata.empty()) return std::nullopt;
    return name;
}

}  // namespace helio::dns
