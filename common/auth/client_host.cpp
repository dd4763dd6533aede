#include "common/auth/client_host.h"

#include <algorithm>

namespace helio::auth {

namespace {

constexpr std::size_t most_names = 4;  // a machine with more is no client

}  // namespace

Task<ClientHost> find_client_host(dns::Resolver* resolver, net::Address address) {
    auto names = co_await resolver->find_names(address);
    if (names.found == dns::Found::unknown) co_return ClientHost{};
    if (names.records.size() > most_names) names.records.resize(most_names);
    ClientHost host{true, {}};
    for (auto& name : names.records) {
        const auto addresses = co_await resolver->find_addresses(name);
        if (addresses.found == dns::Found::unknown) host.known = false;
        if (std::ranges::find(addresses.records, address) == addresses.records.end()) continue;
        co_return ClientHost{true, std::move(name)};
    }
    co_return host;
}

}  // namespace helio::auth
