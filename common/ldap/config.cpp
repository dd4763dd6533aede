#include "common/ldap/config.h"

#include <fstream>
#include <iterator>

#include "common/base/text.h"

namespace helio::ldap {
namespace {

base::Secret password_from_file(const config::Section& section, const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) section.refuse("bind_password_file", "can't read \"" + path + "\"");
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.empty()) section.refuse("bind_password_file", "\"" + path + "\" is empty");
    return base::Secret(std::move(text));
}

void check_urls(const config::Section& section, const Config& config) {
    if (config.urls.empty()) section.refuse("urls", "name at least one server, e.g. [\"ldap://127.0.0.1:389\"]");
    for (const auto& url : config.urls) {
        const bool plain = url.starts_with("ldap://");
        const bool tls = url.starts_with("ldaps://");
        if (!plain && !tls) section.refuse("urls", "\"" + url + "\" is neither ldap:// nor ldaps://");
        const auto host = std::string_view(url).substr(plain ? 7 : 8);
        if (host.empty() || host.find_first_of("/ ,?") != std::string_view::npos)
            section.refuse("urls", "\"" + url + "\": write scheme://host:port and nothing behind it");
    }
}

}  // namespace

Config read_config(config::Section section) {
    Config config;
    config.urls = section.texts("urls");
    check_urls(section, config);
    config.bind_dn = section.text("bind_dn", "");
    if (section.has("bind_password") && section.has("bind_password_file"))
        section.refuse("bind_password_file", "give the password here or in bind_password, not in both");
    const auto password_file = section.text("bind_password_file", "");
    config.bind_password = base::Secret(section.text("bind_password", ""));
    if (!password_file.empty()) config.bind_password = password_from_file(section, password_file);
    if (!config.bind_dn.empty() && config.bind_password.empty())
        section.refuse("bind_dn", "needs bind_password or bind_password_file: servers take an empty one for anonymous");
    config.base_dn = section.text("base_dn");
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
