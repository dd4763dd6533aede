// Mailhosts: from the bare name in `mailHost` to the endpoints of that store; one file format for mta, mmp and mem:
//   [mailhosts."store-a.example.test"]
//   lmtp = "10.0.0.1:225"
//   imap = "10.0.0.1:143"
//   tls_name = "store-a.example.test"
// A mailhost without a table goes by its own name and the default ports (lmtp 225, imap 143, pop3 110, managesieve
// 4190, grpc 9780) when `dns_fallback` is true, else it has no endpoint.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/config/document.h"
#include "common/net/address.h"

namespace helio::route {

enum class Protocol { lmtp, imap, pop3, managesieve, grpc };

struct Target {
    net::HostPort host;
    std::string tls_name;  ///< must be in the store's certificate
};

class Mailhosts {
public:
    /// Reads [mailhosts.*] and [routing] dns_fallback (default false) of `root`, and [routing] file: a file of its own
    /// with the [mailhosts.*] tables. Throws ConfigError.
    static Mailhosts read(config::Section root);

    /// Nothing when the site has no such mailhost: a temporary error for the client and an error in the log.
    std::optional<Target> find(const std::string& mailhost, Protocol protocol) const;
    /// The mailhosts that have a table, for start-up checks and metrics with a fixed set of labels.
    std::vector<std::string> names() const;

private:
    struct Entry {
        std::map<Protocol, net::HostPort> endpoints;
        std::string tls_name;
    };
    void read_tables(config::Section root);

    std::map<std::string, Entry> entries_;
    bool dns_fallback_ = false;
};

}  // namespace helio::route
