#include "mmp/config.h"

namespace helio::mmp {
namespace {

/// The listeners of one protocol whose tables are there.
std::vector<net::ListenerConfig> read_listeners(config::Section listeners, std::initializer_list<const char*> names) {
    std::vector<net::ListenerConfig> found;
    for (const auto* name : names) {
        if (listeners.has(name)) found.push_back(net::read_listener_config(listeners.section(name), name));
    }
    return found;
}

net::SessionLimits read_limits(config::Section section) {
    net::SessionLimits limits;
    const auto read = [&section](std::string_view key, std::size_t otherwise) {
        return static_cast<std::size_t>(section.integer(key, static_cast<std::int64_t>(otherwise), 1, 10'000'000));
    };
    limits.total = read("sessions", limits.total);
    limits.per_address = read("sessions_per_address", limits.per_address);
    limits.per_user = read("sessions_per_user", limits.per_user);
    return limits;
}

/// The stores' certificates are always verified; there is no key that switches it off.
std::optional<net::TlsConfig> read_site_tls(config::Section root) {
    if (!root.has("site_tls")) return std::nullopt;
    auto section = root.section("site_tls");
    auto tls = net::read_tls_config(section, false);
    if (section.has("peer_check") && tls.peer_check != net::PeerCheck::required) {
        section.refuse("peer_check", "stores are always verified; leave it out");
    }
    tls.peer_check = net::PeerCheck::required;
    return tls;
}

bool any_implicit(const std::vector<net::ListenerConfig>& listeners) {
    for (const auto& listener : listeners) {
        if (listener.implicit_tls) return true;
    }
    return false;
}

/// What no single table can tell.
void check_together(const Config& config, config::Section root) {
    if (config.imap.empty() && config.pop.empty()) {
        throw config::ConfigError(root.where() + ": no listener; add [listeners.imaps] or another");
    }
    if (!config.tls && (any_implicit(config.imap) || any_implicit(config.pop))) {
        throw config::ConfigError(root.where("listeners") + ": tls = \"implicit\" needs a [tls] table");
    }
    if (!config.tls && config.frontend.plaintext_from.empty()) {
        throw config::ConfigError(root.where() +
                                  ": nobody could log in: add [tls], or [frontend] plaintext_from for listed networks");
    }
    if (!config.site_tls && config.stores.tls != StoreTls::none) {
        throw config::ConfigError(root.where("stores") + ": TLS to the stores needs a [site_tls] table");
    }
}

}  // namespace

Config read_config(const config::Document& document) {
    auto root = document.root();
    Config config;
    config.common = daemon::read_common(root, "127.0.0.1:9113");
    auto listeners = root.section("listeners");
    config.imap = read_listeners(listeners, {"imap", "imaps"});
    config.pop = read_listeners(listeners, {"pop3", "pop3s"});
    if (root.has("tls")) config.tls = net::read_tls_config(root.section("tls"), true);
    config.site_tls = read_site_tls(root);
    config.ldap = ldap::read_config(root.section("ldap"));
    config.auth = auth::read_auth_config(root);
    config.dns = dns::read_config(root.section("dns"));
    config.frontend = read_frontend_config(root.section("frontend"));
    config.limits = read_limits(root.section("limits"));
    config.stores = read_stores_config(root.section("stores"));
    config.mailhosts = route::Mailhosts::read(root);
    document.finish();
    check_together(config, root);
    return config;
}

Config load_config(const std::string& path) { return read_config(config::Document::load(path)); }

}  // namespace helio::mmp
