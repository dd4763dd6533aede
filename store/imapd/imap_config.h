// ImapConfig: the [imap] table of the store's configuration; const after start.
#pragma once

#include <filesystem>
#include <string>

#include "store/client_config.h"

namespace helio::store::imapd {

/// idle_timeout: at least 30 minutes (RFC 9051 §5.4).
struct ImapConfig : ClientConfig {
    std::size_t command_bytes = 256 * 1024;  ///< one command with its literals, messages apart
    std::size_t append_messages = 1'000;     ///< of one APPEND
    bool literal_minus = false;              ///< LITERAL- instead of LITERAL+ (RFC 7888)
};

/// Keys: those of ClientConfig with id_from, command_size, literal_minus.
ImapConfig read_imap_config(config::Section section);

}  // namespace helio::store::imapd
