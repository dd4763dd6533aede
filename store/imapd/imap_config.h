// ImapConfig: the [imap] table of the store's configuration; const after start.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "common/config/document.h"
#include "common/net/address.h"

namespace helio::store::imapd {

struct ImapConfig {
    /// Clients from these networks may send passwords without TLS.
    std::vector<net::Network> plaintext_from;
    /// Names in client certificates (lower case) of front ends that may log in as any user.
    std::vector<std::string> proxy_names;
    /// Front ends whose ID command is believed for the client's address and session id (RFC 2971, Dovecot's fields);
    /// listed certificates are believed as well.
    std::vector<net::Network> id_from;
    /// Bare name of this store; users of another mailhost are sent away. Empty: everybody is served.
    std::string mailhost;
    std::chrono::milliseconds login_timeout{3 * 60'000};  ///< from the connection to a login
    std::chrono::milliseconds idle_timeout{30 * 60'000};  ///< autologout; at least 30 minutes (RFC 9051 §5.4)
    std::chrono::milliseconds write_timeout{5 * 60'000};  ///< a client that takes no bytes for so long is gone
    unsigned bad_commands = 20;                           ///< one more, and the session ends
    std::size_t command_bytes = 256 * 1024;               ///< one command with its literals, messages apart
    std::size_t append_messages = 1'000;                  ///< of one APPEND
    std::vector<std::string> admins;                      ///< users, lower case, that set and see all quotas
    bool literal_minus = false;                           ///< LITERAL- instead of LITERAL+ (RFC 7888)
};

/// Keys: plaintext_from, proxies, id_from, mailhost, login_timeout, idle_timeout, write_timeout, bad_commands,
/// command_size, literal_minus, admins.
ImapConfig read_imap_config(config::Section section);

}  // namespace helio::store::imapd
