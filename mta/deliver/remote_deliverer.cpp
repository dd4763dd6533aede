#include "mta/deliver/remote_deliverer.h"

#include <algorithm>
#include <random>

#include "common/base/ids.h"
#include "common/base/text.h"

namespace helio::mta {
namespace {

smtp::Reply dns_unknown(const std::string& name) {
    return smtp::reply(451, {4, 4, 3}, "no usable DNS answer for " + name);
}

Outcome outcome_of(const smtp::Reply& reply, const std::string& host = {}) {
    return {fate_of(reply), reply, host, true};
}

// "[192.0.2.1]", "[IPv6:2001:db8::1]" (RFC 5321 §4.1.3).
std::optional<net::Address> parse_literal(std::string_view domain) {
    if (!domain.starts_with('[') || !domain.ends_with(']')) return std::nullopt;
    auto inside = domain.substr(1, domain.size() - 2);
    if (base::starts_with_ignoring_case(inside, "IPv6:")) inside.remove_prefix(5);
    const auto address = net::Address::parse(inside);
    if (!address) return std::nullopt;
    return *address;
}

// Sorted by preference already; among equals by chance (RFC 5321 §5.1).
void shuffle_equals(std::vector<dns::MxRecord>& records) {
    const auto seed = base::random_bytes(4);
    std::seed_seq sequence(seed.begin(), seed.end());
    std::mt19937 random(sequence);
    for (auto first = records.begin(); first != records.end();) {
        const auto differs = [&](const dns::MxRecord& other) { return other.preference != first->preference; };
        const auto last = std::find_if(first, records.end(), differs);
        std::shuffle(first, last, random);
        first = last;
    }
}

// Exchangers that are not nearer to the goal than we are would send it back (RFC 5321 §5.1).
void drop_beyond(std::vector<dns::MxRecord>& records, const std::string& hostname) {
    const auto self = std::find_if(records.begin(), records.end(), [&](const dns::MxRecord& record) {
        return base::equals_ignoring_case(record.host, hostname);
    });
    if (self == records.end()) return;
    const auto limit = self->preference;
    std::erase_if(records, [&](const dns::MxRecord& record) { return record.preference >= limit; });
}

}  // namespace

RemoteDeliverer::RemoteDeliverer(RemoteSettings settings, Connector& connector, dns::Resolver& resolver,
                                 ClientPools& pools, Destinations& destinations, const logging::Logger& log)
    : settings_(std::move(settings)),
      connector_(connector),
      resolver_(resolver),
      pools_(pools),
      destinations_(destinations),
      log_(log) {
    net::TlsConfig config;
    config.is_server = false;
    config.peer_check = net::PeerCheck::none;
    if (settings_.opportunistic_tls) tls_ = net::TlsContext::load(config);
}

Task<RemoteDeliverer::Hosts> RemoteDeliverer::find_exchangers(std::string domain) {
    auto answer = co_await resolver_.find_mx(domain);
    if (answer.found == dns::Found::unknown) co_return std::unexpected(dns_unknown(domain));
    if (dns::is_null_mx(answer)) co_return std::unexpected(smtp::reply(556, {5, 1, 10}, domain + " takes no mail"));
    if (answer.found == dns::Found::absent) {  // the name itself stands in for its MX; its address decides
        co_return std::vector<Host>{{domain, std::nullopt, settings_.port}};
    }
    drop_beyond(answer.records, settings_.hostname);
    if (answer.records.empty())
        co_return std::unexpected(smtp::reply(554, {5, 4, 6}, "mail for " + domain + " loops back to us"));
    shuffle_equals(answer.records);
    std::vector<Host> hosts;
    for (const auto& record : answer.records) {
        if (!record.host.empty()) hosts.push_back({record.host, std::nullopt, settings_.port});
    }
    if (hosts.size() > settings_.hosts) hosts.resize(settings_.hosts);
    co_return hosts;
}

Task<RemoteDeliverer::Hosts> RemoteDeliverer::find_hosts(std::string domain) {
    if (const auto& smart = settings_.smart_host) {
        const auto address = net::Address::parse(smart->host);
        Host host{smart->host, std::nullopt, smart->port};
        if (address) host.address = *address;
        co_return std::vector<Host>{std::move(host)};
    }
    if (domain.starts_with('[')) {
        const auto address = parse_literal(domain);
        if (!address) co_return std::unexpected(smtp::reply(550, {5, 1, 2}, "bad address literal"));
        co_return std::vector<Host>{{domain, *address, settings_.port}};
    }
    co_return co_await find_exchangers(std::move(domain));
}

Task<std::expected<std::vector<net::HostPort>, smtp::Reply>> RemoteDeliverer::find_endpoints(Host host) {
    if (host.address) co_return std::vector<net::HostPort>{{host.address->to_string(), host.port}};
    const auto answer = co_await resolver_.find_addresses(host.name);
    if (answer.found == dns::Found::unknown) co_return std::unexpected(dns_unknown(host.name));
    if (answer.found == dns::Found::absent) {
        co_return std::unexpected(smtp::reply(550, {5, 1, 2}, "no such host: " + host.name));
    }
    std::vector<net::HostPort> endpoints;
    for (const auto& address : answer.records) endpoints.push_back({address.to_string(), host.port});
    co_return endpoints;
}

Task<RemoteDeliverer::Connected> RemoteDeliverer::open(net::HostPort endpoint, std::string name, bool tls,
                                                       net::SteadyTime until) {
    const auto deadline = std::min(until, std::chrono::steady_clock::now() + settings_.timeouts.connect);
    auto transport = co_await connector_.connect(endpoint, deadline);
    if (!transport) {
        co_return std::unexpected(smtp::reply(
            451, {4, 4, 1}, name + " (" + endpoint.to_string() + ") not reachable: " + to_string(transport.error())));
    }
    auto client = std::make_unique<Client>(net::Wire(std::move(*transport)), Dialect::smtp, name, settings_.hostname,
                                           settings_.timeouts);
    auto greeted = co_await client->greet(until);
    if (!greeted) co_return std::unexpected(std::move(greeted.error()));
    if (!tls || !client->capabilities().has("STARTTLS")) co_return client;
    auto secured = co_await client->start_tls(tls_, name, until);
    if (secured || client->usable()) co_return client;  // a refused STARTTLS leaves a plain connection
    co_return std::unexpected(smtp::reply(451, {4, 7, 5}, "TLS: " + smtp::one_line(secured.error())));
}

// Encryption against whoever listens is better than none, and mail in plain is better than none (RFC 7435 §3).
Task<RemoteDeliverer::Connected> RemoteDeliverer::connect(net::HostPort endpoint, std::string name,
                                                          net::SteadyTime until) {
    auto client = co_await open(endpoint, name, tls_ != nullptr, until);
    const bool handshake_failed = !client && client.error().enhanced == smtp::EnhancedCode{4, 7, 5};
    if (!handshake_failed) co_return client;
    log_.info("mta.tls_fallback", {{"host", name}, {"reply", smtp::one_line(client.error())}});
    co_return co_await open(std::move(endpoint), std::move(name), false, until);
}

// The first address that talks to us; 4xx and 5xx greetings count as not talking.
Task<RemoteDeliverer::Connected> RemoteDeliverer::connect_any(const Host& host, std::size_t& connections,
                                                              net::SteadyTime until) {
    auto endpoints = co_await find_endpoints(host);
    if (!endpoints) co_return std::unexpected(std::move(endpoints.error()));
    Connected last = std::unexpected(smtp::reply(451, {4, 4, 1}, host.name + " not reachable"));
    for (const auto& endpoint : *endpoints) {
        if (connections++ >= settings_.addresses || std::chrono::steady_clock::now() >= until) break;
        last = co_await connect(endpoint, host.name, until);
        if (last) break;
    }
    co_return last;
}

Task<std::optional<std::vector<Outcome>>> RemoteDeliverer::reuse(const Message& message, const Host& host,
                                                                 std::span<const std::size_t> which,
                                                                 net::SteadyTime until) {
    const auto peer = "smtp:" + host.name + ":" + std::to_string(host.port);
    auto client = pools_.take(peer);
    if (!client) co_return std::nullopt;
    auto outcomes = co_await client->deliver(message, which, until);
    const bool stale = !client->usable() && !client->answered();
    pools_.give_back(peer, std::move(client));
    if (stale) co_return std::nullopt;
    co_return outcomes;
}

Task<std::vector<Outcome>> RemoteDeliverer::deliver(std::shared_ptr<const Message> message, Destination destination,
                                                    std::vector<std::size_t> which, base::SteadyTime until) {
    if (destinations_.is_resting(destination)) {
        const auto reply = smtp::reply(451, {4, 4, 1}, destination.name + " not reachable of late");
        co_return all_alike(which.size(), outcome_of(reply));
    }
    auto hosts = co_await find_hosts(destination.name);
    if (!hosts) co_return all_alike(which.size(), outcome_of(hosts.error()));
    std::size_t connections = 0;
    auto worst = smtp::reply(550, {5, 4, 4}, "no mail exchanger of " + destination.name + " has an address");
    bool all_absent = true;
    for (const auto& host : *hosts) {
        auto reused = co_await reuse(*message, host, which, until);
        if (reused) co_return std::move(*reused);
        auto client = co_await connect_any(host, connections, until);
        if (!client) {
            const bool absent = client.error().enhanced == smtp::EnhancedCode{5, 1, 2};
            if (!absent || hosts->size() == 1) worst = client.error();
            all_absent &= absent;
            continue;
        }
        destinations_.wake(destination);
        pools_.adopt(**client);
        auto outcomes = co_await (*client)->deliver(*message, which, until);
        pools_.give_back("smtp:" + host.name + ":" + std::to_string(host.port), std::move(*client));
        co_return outcomes;
    }
    if (!all_absent) {
        destinations_.rest(destination);
        // A greeting that refuses for good is no verdict on the message while its host may be mended.
        if (worst.is_permanent()) worst = smtp::reply(451, {4, 4, 1}, smtp::one_line(worst));
    }
    co_return all_alike(which.size(), outcome_of(worst));
}

}  // namespace helio::mta
