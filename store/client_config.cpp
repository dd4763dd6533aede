#include "store/client_config.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::store {
namespace {

std::vector<net::Network> networks(config::Section& section, std::string_view key) {
    std::vector<net::Network> found;
    for (const auto& text : section.texts(key)) {
        const auto network = net::Network::parse(text);
        if (!network) section.refuse(key, "\"" + text + "\" is no network");
        found.push_back(*network);
    }
    return found;
}

/// The name of a listed front end in the client's certificate, or empty.
std::string front_end_of(const net::Connection& connection, const ClientConfig& config) {
    const auto* tls = connection.wire.transport().tls();
    if (tls == nullptr) return {};
    const auto& known = config.proxy_names;
    const auto listed = [&known](const std::string& name) { return std::ranges::find(known, name) != known.end(); };
    const auto found = std::ranges::find_if(tls->peer_names, listed);
    return found == tls->peer_names.end() ? std::string() : *found;
}

}  // namespace

void read_client_config(config::Section& section, std::string_view told_key, ClientConfig& into) {
    into.plaintext_from = networks(section, "plaintext_from");
    for (const auto& name : section.texts("proxies")) into.proxy_names.push_back(base::to_lower(name));
    into.told_from = networks(section, told_key);
    into.mailhost = base::to_lower(section.text("mailhost", ""));
    into.login_timeout = section.timeout("login_timeout", into.login_timeout);
    into.idle_timeout = section.timeout("idle_timeout", into.idle_timeout);
    into.write_timeout = section.timeout("write_timeout", into.write_timeout);
    into.bad_commands = static_cast<unsigned>(section.integer("bad_commands", into.bad_commands, 1, 1000));
}

auth::Peer peer_of(const net::Connection& connection, const ClientConfig& config, std::string service) {
    return {.service = std::move(service),
            .client = connection.client.address,
            .transport = &connection.wire.transport(),
            .plaintext = connection.wire.is_tls() || net::contains(config.plaintext_from, connection.client.address),
            .front_end = front_end_of(connection, config)};
}

bool is_believed(const net::Connection& connection, const ClientConfig& config) {
    return !front_end_of(connection, config).empty() ||
           net::contains(config.told_from, connection.wire.transport().peer().address);
}

}  // namespace helio::store
