// ImapConfig: the [imap] table of the store's configuration; const after start.
#pragma once

#include <filesystem>
#include <string>

#include "store/client_config.h"

namespace helio::store::imapd {

/// idle_timeout: at least 30 minutes (RFC 9051 §5.4).
struct ImapConfig : ClientConfig {
    std::string admin;    ///< /shared/admin of the server's annotations (RFC 5464 §6.2.1): a URI; empty: none
    std::string comment;  ///< /shared/comment
    std::size_t command_bytes = 256 * 1024;               ///< one command with its literals, messages apart
    std::size_t append_messages = 1'000;                  ///< of one APPEND
    std::chrono::milliseconds progress_interval{10'000};  ///< between signs of life of a long command
    std::size_t notify_mailboxes = 10'000;                ///< of a user; with more NOTIFY tells nothing of them
    std::uint32_t batch_messages = 500;                   ///< the least that UIDBATCHES takes
    std::size_t sort_memory_bytes = 128u << 20;           ///< of one SORT or THREAD; beyond: NO [LIMIT]
    std::vector<std::string> admins;                      ///< users, lower case, that set and see all quotas
    std::uint32_t message_limit = 0;                      ///< messages of one command (RFC 9738); 0: any number
    std::uint32_t save_limit = 0;                         ///< of one COPY or APPEND; 0: any number
    bool literal_minus = false;                           ///< LITERAL- instead of LITERAL+ (RFC 7888)
};

/// Keys: those of ClientConfig with id_from; admin, comment, command_size, sort_memory, literal_minus, admins,
/// message_limit, save_limit.
ImapConfig read_imap_config(config::Section section);

}  // namespace helio::store::imapd
