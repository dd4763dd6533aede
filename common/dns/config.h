// Config of the DNS resolver: the [dns] table.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/config/document.h"
#include "common/net/address.h"

namespace helio::dns {

struct Config {
    std::vector<net::Endpoint> forwarders;      ///< empty: those of /etc/resolv.conf; without it, the roots
    std::chrono::milliseconds timeout{10'000};  ///< nobody waits longer for an answer
    std::string trust_anchor_file;              ///< DS or DNSKEY records of the root; empty: nothing is validated
};

/// Keys: forwarders (["127.0.0.1:5353", "192.0.2.53"] or with '@' before the port, as unbound has it), timeout,
/// trust_anchor_file. Throws config::ConfigError.
Config read_config(config::Section section);

}  // namespace helio::dns
