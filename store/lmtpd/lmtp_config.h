// LmtpConfig: the [lmtp] table of the store's configuration; const after start.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/config/document.h"
#include "common/net/address.h"

namespace helio::store::lmtp {

struct LmtpConfig {
    std::string hostname;  ///< ours, in the greeting and in Received
    /// Names in client certificates (lower case) of relays that may deliver.
    std::vector<std::string> clients;
    /// Relays that may deliver without TLS: a private data network.
    std::vector<net::Network> plain_from;
    std::uint64_t message_bytes = 100u << 20;  ///< SIZE
    /// What separates a folder from the user in an address that a relay passes on unresolved ("+": user+folder@);
    /// empty: nothing does. A user of that very name comes first.
    std::string recipient_delimiter;
    std::size_t recipients = 1'000;  ///< of one transaction
    std::size_t line_bytes = 8'192;  ///< a command with its parameters; folder and flags may be long
    unsigned errors = 20;            ///< permanent errors before the session ends
    std::chrono::milliseconds command_timeout{5 * 60'000};
    std::chrono::milliseconds data_timeout{3 * 60'000};      ///< between two reads of a text
    std::chrono::milliseconds message_timeout{30 * 60'000};  ///< for a whole text
    std::chrono::milliseconds write_timeout{2 * 60'000};
};

/// Keys: clients, plain_from, recipient_delimiter, recipients, errors, command_timeout, data_timeout,
/// message_timeout. `hostname` and `message_bytes` are those of the store.
LmtpConfig read_lmtp_config(config::Section section, std::string hostname, std::uint64_t message_bytes);

}  // namespace helio::store::lmtp
