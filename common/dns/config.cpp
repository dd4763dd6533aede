#include "common/dns/config.h"

#include <fstream>

#include "common/base/text.h"

namespace helio::dns {
namespace {

constexpr std::uint16_t domain_port = 53;

net::Endpoint read_forwarder(const config::Section& section, std::string text) {
    const auto written = text;
    if (const auto at = text.find('@'); at != std::string::npos) {
        const auto port = base::parse_number32(std::string_view(text).substr(at + 1));
        const auto address = net::Address::parse(std::string_view(text).substr(0, at));
        if (address && port && *port > 0 && *port < 65'536) return {*address, static_cast<std::uint16_t>(*port)};
    } else if (const auto address = net::Address::parse(text); address) {
        return {*address, domain_port};
    } else if (const auto endpoint = net::Endpoint::parse(text); endpoint && endpoint->port != 0) {
        return *endpoint;
    }
    section.refuse("forwarders", "\"" + written + "\" is no address, address:port or address@port");
}

}  // namespace

Config read_config(config::Section section) {
    Config config;
    for (auto& text : section.texts("forwarders"))
        config.forwarders.push_back(read_forwarder(section, std::move(text)));
    config.timeout = section.timeout("timeout", config.timeout);
    if (config.timeout < std::chrono::milliseconds(50)) section.refuse("timeout", "must be 50ms or more");
    config.trust_anchor_file = section.text("trust_anchor_file", "");
    if (!config.trust_anchor_file.empty() && !std::ifstream(config.trust_anchor_file))
        section.refuse("trust_anchor_file", "can't read \"" + config.trust_anchor_file + "\"");
    return config;
}

}  // namespace helio::dns
