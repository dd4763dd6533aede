#include "common/auth/config.h"

#include "common/auth/oauth_config.h"
#include "common/base/text.h"
#include "common/sasl/mechanism.h"

namespace helio::auth {
namespace {

std::vector<std::string> read_mechanisms(config::Section& section, std::string_view key,
                                         std::vector<std::string> otherwise) {
    auto names = section.texts(key, std::move(otherwise));
    for (auto& name : names) {
        const auto* known = sasl::find_mechanism(name);
        if (known == nullptr) section.refuse(key, "\"" + name + "\" is no mechanism that we have");
        name = known->name;
    }
    return names;
}

base::Secret read_key_file(config::Section& section, std::string_view key) {
    const auto held = section.secret_file(key);
    base::Secret secret(std::string(base::trim(held.reveal())));
    if (!secret.empty() && secret.reveal().size() < 16) section.refuse(key, "holds fewer than 16 characters");
    return secret;
}

}  // namespace

ThrottleConfig read_throttle_config(config::Section section) {
    ThrottleConfig config;
    config.failures_per_address =
        static_cast<unsigned>(section.integer("failures_per_address", config.failures_per_address, 0, 1'000'000));
    config.failures_per_user =
        static_cast<unsigned>(section.integer("failures_per_user", config.failures_per_user, 0, 1'000'000));
    config.window = section.timeout("window", config.window);
    config.delay = section.duration("delay", config.delay);
    if (config.delay > std::chrono::seconds(30)) section.refuse("delay", "more than 30s: clients give up before");
    return config;
}

const std::vector<std::string>& SaslConfig::of(std::string_view service) const {
    const auto found = by_service.find(service);
    return found == by_service.end() ? mechanisms : found->second;
}

bool SaslConfig::lists(std::string_view service, std::string_view mechanism) const {
    for (const auto& name : of(service)) {
        if (base::equals_ignoring_case(name, mechanism)) return true;
    }
    return false;
}

SaslConfig read_sasl_config(config::Section section) {
    SaslConfig config;
    config.mechanisms = read_mechanisms(section, "mechanisms", config.mechanisms);
    for (const auto* service : {"imap", "pop3", "smtp"}) {
        if (section.has(service)) config.by_service[service] = read_mechanisms(section, service, {});
    }
    config.host = section.text("host", config.host);
    if (config.host.empty() || config.host.find_first_of("\"\\<>@ ,") != std::string::npos)
        section.refuse("host", "must be a host name");
    // More would keep a worker busy for too long; stored keys may have more.
    config.iterations = static_cast<unsigned>(section.integer("iterations", config.iterations, 1, 50'000));
    config.salt_key = read_key_file(section, "salt_key_file");
    config.certificate = static_cast<CertificateName>(section.choice("certificate", {"none", "email", "cn"}, "none"));
    return config;
}

AuthConfig read_auth_config(config::Section root) {
    AuthConfig config{.throttle = read_throttle_config(root.section("auth")),
                      .sasl = read_sasl_config(root.section("sasl")),
                      .access = read_access_config(root.section("access"))};
    for (const auto* service : {"imap", "pop3", "smtp"}) {
        for (const auto* name : {"OAUTHBEARER", "XOAUTH2"}) {
            if (config.sasl.lists(service, name) && !root.has("oauth"))
                root.section("sasl").refuse("mechanisms",
                                            std::string("lists ") + name + ", which needs an [oauth] table");
        }
    }
    if (auto oauth = read_oauth_config(root)) config.oauth = std::make_shared<const OauthConfig>(std::move(*oauth));
    return config;
}

}  // namespace helio::auth
