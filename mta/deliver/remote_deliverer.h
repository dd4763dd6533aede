// RemoteDeliverer: SMTP to the mail exchangers of a domain (RFC 5321 §5): MX in order of preference, equals shuffled,
// the null MX, the address of the name itself without an MX, address literals; or everything to one smart host.
// TLS is opportunistic (RFC 7435): used when offered, any certificate; a host whose handshake fails is tried in plain.
// Connections are kept for the next message to the same host. DNS is three-valued: absent bounces, unknown waits.
#pragma once

#include "common/dns/resolver.h"
#include "common/logging/logger.h"
#include "common/net/tls.h"
#include "mta/deliver/client_pool.h"
#include "mta/deliver/connector.h"
#include "mta/deliver/deliverer.h"
#include "mta/deliver/destinations.h"

namespace helio::mta {

struct RemoteSettings {
    std::string hostname;
    std::uint16_t port = 25;
    std::optional<net::HostPort> smart_host;  ///< takes all remote mail, whatever its domain
    bool opportunistic_tls = true;
    std::size_t hosts = 5;       ///< exchangers tried in one attempt
    std::size_t addresses = 10;  ///< connections tried in one attempt
    ClientTimeouts timeouts;
};

class RemoteDeliverer final : public Deliverer {
public:
    RemoteDeliverer(RemoteSettings settings, Connector& connector, dns::Resolver& resolver, ClientPools& pools,
                    Destinations& destinations, const logging::Logger& log);

    Task<std::vector<Outcome>> deliver(std::shared_ptr<const Message> message, Destination destination,
                                       std::vector<std::size_t> which, base::SteadyTime until) override;

private:
    /// One exchanger: a name to be looked up, or an address.
    struct Host {
        std::string name;
        std::optional<net::Address> address;
        std::uint16_t port = 25;
    };
    /// The hosts to try in order, or the reply for all recipients.
    using Hosts = std::expected<std::vector<Host>, smtp::Reply>;
    using Connected = std::expected<std::unique_ptr<Client>, smtp::Reply>;

    Task<Hosts> find_hosts(std::string domain);
    Task<Hosts> find_exchangers(std::string domain);
    Task<std::expected<std::vector<net::HostPort>, smtp::Reply>> find_endpoints(Host host);
    Task<Connected> connect(net::HostPort endpoint, std::string name, net::SteadyTime until);
    Task<Connected> open(net::HostPort endpoint, std::string name, bool tls, net::SteadyTime until);
    Task<std::optional<std::vector<Outcome>>> reuse(const Message& message, const Host& host,
                                                    std::span<const std::size_t> which, net::SteadyTime until);
    Task<Connected> connect_any(const Host& host, std::size_t& connections, net::SteadyTime until);

    const RemoteSettings settings_;
    Connector& connector_;
    dns::Resolver& resolver_;
    ClientPools& pools_;
    Destinations& destinations_;
    const logging::Logger& log_;
    std::shared_ptr<const net::TlsContext> tls_;
};

}  // namespace helio::mta
