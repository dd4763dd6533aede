#include "common/ldap/config.h"

#include <fstream>
#include <optional>

#include <ldap.h>

#include "common/base/text.h"

namespace helio::ldap {
namespace {

void check_urls(const config::Section& section, const Config& config) {
    if (config.urls.empty()) section.refuse("urls", "name at least one server, e.g. [\"ldap://127.0.0.1:389\"]");
    for (const auto& url : config.urls) {
        const bool plain = url.starts_with("ldap://");
        const bool tls = url.starts_with("ldaps://");
        if (!plain && !tls) section.refuse("urls", "\"" + url + "\" is neither ldap:// nor ldaps://");
        const auto host = std::string_view(url).substr(plain ? 7 : 8);
        if (host.empty() || host.find_first_of("/ ,?") != std::string_view::npos)
            section.refuse("urls", "\"" + url + "\": write scheme://host:port and nothing behind it");
        LDAPURLDesc* parsed = nullptr;
        const bool is_url = ldap_url_parse(url.c_str(), &parsed) == LDAP_URL_SUCCESS;
        if (is_url) ldap_free_urldesc(parsed);
        // libldap takes more than it can use: a port above 65535, an IPv6 address without brackets.
        const auto colon = host.rfind(':');
        const bool has_port = colon != std::string_view::npos && !host.ends_with(']');
        const auto port = has_port ? base::parse_number(host.substr(colon + 1)) : std::optional<std::uint64_t>(389);
        const bool bare_v6 = host.front() != '[' && host.find(':') != colon;
        if (!is_url || !port || *port == 0 || *port > 65'535 || bare_v6)
            section.refuse("urls", "\"" + url + "\": write scheme://host:port, an IPv6 address in brackets");
    }
}

/// RFC 4514. An empty base would search the whole server.
void check_base(const config::Section& section, const std::string& name) {
    if (name.empty()) section.refuse("base_dn", "is empty; name the tree that holds the domains");
    LDAPDN parsed = nullptr;
    const bool is_name = ldap_str2dn(name.c_str(), &parsed, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS;
    ldap_dnfree(parsed);
    if (!is_name) section.refuse("base_dn", "\"" + name + "\" is no distinguished name such as \"o=usergroup\"");
}

}  // namespace

Config read_config(config::Section section) {
    Config config;
    config.urls = section.texts("urls");
    check_urls(section, config);
    config.bind_dn = section.text("bind_dn", "");
    if (section.has("bind_password") && section.has("bind_password_file"))
        section.refuse("bind_password_file", "give the password here or in bind_password, not in both");
    config.bind_password = base::Secret(section.text("bind_password", ""));
    auto from_file = section.secret_file("bind_password_file");
    if (!from_file.empty()) config.bind_password = std::move(from_file);
    if (!config.bind_dn.empty() && config.bind_password.empty())
        section.refuse("bind_dn", "needs bind_password or bind_password_file: servers take an empty one for anonymous");
    config.base_dn = section.text("base_dn");
    check_base(section, config.base_dn);
    config.default_domain = base::to_lower(section.text("default_domain", ""));
    config.timeout = section.duration("timeout", config.timeout);
    if (config.timeout < milliseconds(50)) section.refuse("timeout", "must be 50ms or more");
    config.tls_ca = section.text("tls_ca", "");
    if (!config.tls_ca.empty() && !std::ifstream(config.tls_ca))
        section.refuse("tls_ca", "can't read \"" + config.tls_ca + "\"");
    config.start_tls = section.flag("start_tls", config.start_tls);
    config.connections = static_cast<unsigned>(section.integer("connections", config.connections, 1, 64));
    config.bind_connections =
        static_cast<unsigned>(section.integer("bind_connections", config.bind_connections, 1, 256));
    config.cache_ttl = section.duration("cache_ttl", config.cache_ttl);
    config.negative_ttl = section.duration("negative_ttl", config.negative_ttl);
    config.stale_limit = section.duration("stale_limit", config.stale_limit);
    config.cache_entries = static_cast<std::size_t>(
        section.integer("cache_entries", static_cast<std::int64_t>(config.cache_entries), 100, 100'000'000));
    config.return_after = section.duration("return_after", config.return_after);
    config.bind_cache_ttl = section.duration("bind_cache_ttl", config.bind_cache_ttl);
    return config;
}

}  // namespace helio::ldap
