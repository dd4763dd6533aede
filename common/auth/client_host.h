// The client's host name, for access filters that name hosts: what the DNS calls its address (in-addr.arpa, ip6.arpa),
// believed only when that name has the address, too; whoever owns an address can call it as he likes.
#pragma once

#include <string>

#include "common/dns/resolver.h"

namespace helio::auth {

struct ClientHost {
    bool known = false;  ///< false: the DNS did not answer; the next try may
    std::string name;    ///< lower case without its last dot; empty: it has none that holds
};

/// Looks at a few of the address's names at most; within the resolver's time limit for each question.
Task<ClientHost> find_client_host(dns::Resolver* resolver, net::Address address);

}  // namespace helio::auth
