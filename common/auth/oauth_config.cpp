#include "common/auth/oauth_config.h"

#include "common/base/text.h"
#include "common/net/address.h"

namespace helio::auth {
namespace {

base::Secret trimmed(const base::Secret& secret) { return base::Secret(std::string(base::trim(secret.reveal()))); }

constexpr std::string_view plain_scheme = "http://";

bool is_url(std::string_view text) {
    return (text.starts_with("https://") || text.starts_with(plain_scheme)) &&
           text.find_first_of(" \"\\<>\t\r\n") == std::string_view::npos;
}

/// Plain HTTP, and the host is this machine's loopback.
bool is_on_this_machine(std::string_view url) {
    if (!url.starts_with(plain_scheme)) return false;
    auto host = url.substr(plain_scheme.size());
    host = host.substr(0, host.find_first_of("/?#"));
    if (host.find('@') != std::string_view::npos) return false;
    if (const auto endpoint = net::Endpoint::parse(host)) return endpoint->address.is_loopback();
    if (const auto address = net::Address::parse(host)) return address->is_loopback();
    return base::equals_ignoring_case(host.substr(0, host.find(':')), "localhost");
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
    config.client_secret = trimmed(section.secret_file("client_secret_file"));
    config.ca_file = section.text("ca", "");
    config.timeout = section.timeout("timeout", config.timeout);
    if (config.jwks_file.empty() && config.introspection_url.empty())
        section.refuse("jwks_file", "name a file of keys here, or introspection_url: else no token could be checked");
    if (!config.jwks_file.empty() && (config.issuer.empty() || config.audiences.empty()))
        section.refuse("issuer", "signed tokens need issuer and audiences: anybody's token would do without");
    const auto& told = config.discovery_url;
    if (!told.empty() && (!is_url(told) || told.starts_with(plain_scheme)))
        section.refuse("discovery_url", "must be an https URL");
    const auto& asked = config.introspection_url;
    const bool plain = asked.starts_with(plain_scheme);  // tokens cross it
    if (!asked.empty() && (!is_url(asked) || (plain && !is_on_this_machine(asked))))
        section.refuse("introspection_url", "must be an https URL, or http to 127.0.0.1, [::1] or localhost");
    return config;
}

}  // namespace helio::auth
