// PopConfig: the [pop3] table of the store's configuration; const after start.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/config/document.h"
#include "common/net/address.h"

namespace helio::store {

struct PopConfig {
    /// Clients from these networks may send passwords without TLS.
    std::vector<net::Network> plaintext_from;
    /// Names in client certificates (lower case) of front ends that may log in as any user.
    std::vector<std::string> proxy_names;
    /// Front ends whose XCLIENT is believed for the client's address and session id; listed certificates are as well.
    std::vector<net::Network> xclient_from;
    /// Bare name of this store; users of another mailhost are sent away. Empty: everybody is served.
    std::string mailhost;
    std::chrono::milliseconds login_timeout{3 * 60'000};  ///< from the connection to a login
    std::chrono::milliseconds idle_timeout{10 * 60'000};  ///< autologout; at least 10 minutes (RFC 1939 §3)
    std::chrono::milliseconds write_timeout{5 * 60'000};  ///< a client that takes no bytes for so long is gone
    unsigned bad_commands = 20;                           ///< errors and failed logins; one more ends the session
    bool mark_seen = true;                                ///< QUIT sets \Seen on what was retrieved
};

/// Keys: plaintext_from, proxies, xclient_from, mailhost, login_timeout, idle_timeout, write_timeout, bad_commands,
/// mark_seen.
PopConfig read_pop_config(config::Section section);

}  // namespace helio::store
