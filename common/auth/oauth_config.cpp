#include "common/auth/oauth_config.h"

#include <fstream>
#include <iterator>

#include "common/base/text.h"

namespace helio::auth {
namespace {

base::Secret read_secret(config::Section& section, std::string_view key) {
    const auto path = section.text(key, "");
    if (path.empty()) return {};
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (base::trim(text).empty()) section.refuse(key, "\"" + path + "\" can't be read or is empty");
    return base::Secret(std::string(base::trim(text)));
}

bool is_url(std::string_view text, bool plain_too) {
    const bool scheme = text.starts_with("https://") || (plain_too && text.starts_with("http://"));
    return scheme && text.find_first_of(" \"\\<>\t\r\n") == std::string_view::npos;
}

}  // namespace

std::optional<OauthConfig> read_oauth_config(config::Section root) {
    if (!root.has("oauth")) return std::nullopt;
    auto section = root.section("oauth");
    OauthConfig config;
    config.issuer = section.text("issuer", "");
    config.audiences = section.texts("audiences");
    config.scopes = section.texts("scopes");
    config.user_claim = section.text("user_claim", config.user_claim);
    config.discovery_url = section.text("discovery_url", "");
    config.jwks_file = section.text("jwks_file", "");
    config.introspection_url = section.text("introspection_url", "");
    config.client_id = section.text("client_id", "");
    config.client_secret = read_secret(section, "client_secret_file");
    config.ca_file = section.text("ca", "");
    config.timeout = section.duration("timeout", config.timeout);
    if (config.jwks_file.empty() && config.introspection_url.empty())
        section.refuse("jwks_file", "name a file of keys here, or introspection_url: else no token could be checked");
    if (!config.jwks_file.empty() && (config.issuer.empty() || config.audiences.empty()))
        section.refuse("issuer", "signed tokens need issuer and audiences: anybody's token would do without");
    if (!config.discovery_url.empty() && !is_url(config.discovery_url, false))
        section.refuse("discovery_url", "must be an https URL");
    // Plain HTTP is for an endpoint on this machine; tokens cross it.
    if (!config.introspection_url.empty() && !is_url(config.introspection_url, true))
        section.refuse("introspection_url", "must be an https URL, or http on this machine");
    return config;
}

}  // namespace helio::auth
