#include "common/auth/authenticator.h"

#include "common/auth/tokens.h"
#include "common/base/text.h"
#include "common/sasl/apop.h"

namespace helio::auth {
namespace {

constexpr std::size_t salt_key_bytes = 32;

AuthConfig complete(AuthConfig config) {
    if (config.sasl.salt_key.empty()) config.sasl.salt_key = base::Secret(sasl::random_token(salt_key_bytes));
    return config;
}

std::unique_ptr<DialogueBench> make_bench(ldap::Directory& directory, AuthConfig config, const logging::Logger& log,
                                          base::Registry& metrics, const base::Clock& clock,
                                          std::unique_ptr<TokenVerifier> tokens) {
    auto& duration = metrics.histogram("helio_auth_seconds", "Time that the directory took to prove a login");
    const auto throttle = config.throttle;
    if (!tokens && config.oauth) tokens = std::make_unique<Tokens>(*config.oauth, log, clock);
    return std::unique_ptr<DialogueBench>(new DialogueBench{directory, complete(std::move(config)), log,
                                                            Guard(throttle, log, metrics, clock), duration,
                                                            std::move(tokens)});
}

std::string binding_of(const Peer& peer, net::ChannelBinding kind) {
    return peer.transport == nullptr ? std::string() : peer.transport->channel_binding(kind);
}

bool can_bind(const Peer& peer) { return peer.transport != nullptr && peer.transport->tls() != nullptr; }

/// True when the peer's certificate may name a user.
bool names_a_user(const Peer& peer, CertificateName which) {
    const auto* tls = peer.transport == nullptr ? nullptr : peer.transport->tls();
    if (tls == nullptr) return false;
    if (which == CertificateName::email) return !tls->peer_emails.empty();
    return which == CertificateName::common_name && !tls->peer_common_name.empty();
}

bool is_offered(const DialogueBench& bench, const sasl::MechanismTraits& traits, const Peer& peer) {
    const auto& config = bench.config.sasl;
    // Front ends are trusted by another list than users.
    if (!peer.front_end.empty() && (traits.certificate || traits.name == "PLAIN")) return true;
    if (!config.lists(peer.service, traits.name)) return false;
    if (traits.plaintext && !peer.plaintext) return false;
    if (traits.certificate) return names_a_user(peer, config.certificate);
    if (traits.binding) return can_bind(peer);
    return !traits.token || bench.tokens != nullptr;
}

sasl::Setting setting_for(const DialogueBench& bench, const Peer& peer) {
    const auto& config = bench.config.sasl;
    const bool plus = can_bind(peer) && (config.lists(peer.service, "SCRAM-SHA-256-PLUS") ||
                                         config.lists(peer.service, "SCRAM-SHA-1-PLUS"));
    return {.host = config.host,
            .endpoint_binding = plus ? binding_of(peer, net::ChannelBinding::server_end_point) : std::string(),
            .exporter_binding = plus ? binding_of(peer, net::ChannelBinding::exporter) : std::string(),
            .offers_plus = plus,
            .iterations = config.iterations,
            .salt_key = config.salt_key,
            .discovery_url = bench.config.oauth ? bench.config.oauth->discovery_url : std::string()};
}

}  // namespace

Authenticator::Authenticator(ldap::Directory& directory, AuthConfig config, const logging::Logger& log,
                             base::Registry& metrics, const base::Clock& clock, std::unique_ptr<TokenVerifier> tokens)
    : bench_(make_bench(directory, std::move(config), log, metrics, clock, std::move(tokens))) {}

Authenticator::Authenticator(ldap::Directory& directory, ThrottleConfig throttle, const logging::Logger& log,
                             base::Registry& metrics, const base::Clock& clock)
    : Authenticator(directory, AuthConfig{.throttle = throttle}, log, metrics, clock) {}

Authenticator::~Authenticator() = default;

void Authenticator::ask_hosts_of(dns::Resolver& resolver) { bench_->resolver = &resolver; }

Task<Login> Authenticator::login(std::string name, base::Secret password, Peer peer) {
    auto& bench = *bench_;
    const auto began = bench.guard.clock().now();
    auto login = co_await bench.prove_password(name, std::move(password), peer.client);
    co_await bench.apply_filters(&login, peer);
    bench.guard.record(name, login.user.get(), login, peer.client, peer.service);
    if (login.verdict != Verdict::ok) {
        login.user.reset();
        login.name = std::move(name);
    }
    co_await bench.guard.wait(login.verdict, began);
    co_return login;
}

bool Authenticator::takes_passwords(const Peer& peer) const {
    const auto& config = bench_->config.sasl;
    return peer.plaintext && (config.lists(peer.service, "PLAIN") || config.lists(peer.service, "LOGIN"));
}

std::vector<std::string_view> Authenticator::offered(const Peer& peer) const {
    std::vector<std::string_view> names;
    for (const auto& traits : sasl::all_mechanisms()) {
        if (is_offered(*bench_, traits, peer)) names.push_back(traits.name);
    }
    return names;
}

std::string Authenticator::offered(const Peer& peer, std::string_view prefix) const {
    std::string words;
    for (const auto name : offered(peer)) (words += prefix) += name;
    return words;
}

std::optional<Dialogue> Authenticator::begin(std::string_view mechanism, const Peer& peer) {
    const auto* traits = sasl::find_mechanism(mechanism);
    if (traits == nullptr || !is_offered(*bench_, *traits, peer)) return std::nullopt;
    auto exchange = sasl::Exchange::begin(traits->name, setting_for(*bench_, peer));
    if (!exchange) return std::nullopt;
    return Dialogue(*bench_, std::move(*exchange), std::string(traits->name), peer);
}

bool Authenticator::offers_apop(const Peer& peer) const { return bench_->config.sasl.lists(peer.service, "CRAM-MD5"); }

std::optional<Dialogue> Authenticator::begin_apop(std::string timestamp, const Peer& peer) {
    if (!offers_apop(peer)) return std::nullopt;
    return Dialogue(*bench_, sasl::Exchange(std::make_unique<sasl::Apop>(std::move(timestamp))), "APOP", peer);
}

}  // namespace helio::auth
