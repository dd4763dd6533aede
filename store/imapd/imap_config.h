// ImapConfig: the [imap] table of the store's configuration; const after start.
#pragma once

#include <filesystem>
#include <string>

#include "store/client_config.h"

namespace helio::store::imapd {

/// idle_timeout: at least 30 minutes (RFC 9051 §5.4).
struct ImapConfig : ClientConfig {
    std::size_t command_bytes = 256 * 1024;       ///< one command with its literals, messages apart
    std::size_t append_messages = 1'000;          ///< of one APPEND
    std::size_t text_memory_bytes = 1u << 20;     ///< of one message; a larger one goes to an unlinked file
    std::uint64_t all_memory_bytes = 256u << 20;  ///< of all messages that are being appended; then files
    std::uint64_t all_file_bytes = 4ull << 30;    ///< of all such files; then NO [OVERQUOTA]
    std::filesystem::path spool_folder = std::filesystem::temp_directory_path();  ///< where they are made
    bool literal_minus = false;  ///< LITERAL- instead of LITERAL+ (RFC 7888)
};

/// Keys: those of ClientConfig with id_from, command_size, literal_minus.
ImapConfig read_imap_config(config::Section section);

}  // namespace helio::store::imapd
