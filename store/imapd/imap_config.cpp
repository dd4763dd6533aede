#include "store/imapd/imap_config.h"

#include "common/base/text.h"

namespace helio::store::imapd {

namespace {

// Below, clients that list a mailbox in pieces would need too many commands.
constexpr std::int64_t least_limit = 100;

std::uint32_t read_limit(config::Section& section, std::string_view key) {
    const auto limit = section.integer(key, 0, 0, UINT32_MAX);
    if (limit != 0 && limit < least_limit) section.refuse(key, "must be at least 100, or 0 for no limit");
    return static_cast<std::uint32_t>(limit);
}

}  // namespace

ImapConfig read_imap_config(config::Section section) {
    ImapConfig config;
    read_client_config(section, "id_from", config);
    for (const auto& name : section.texts("admins")) config.admins.push_back(base::to_lower(name));
    config.admin = section.text("admin", "");
    config.comment = section.text("comment", "");
    config.command_bytes = section.size("command_size", config.command_bytes, 8u << 10, 1u << 30);
    config.sort_memory_bytes = section.size("sort_memory", config.sort_memory_bytes);
    config.literal_minus = section.flag("literal_minus", config.literal_minus);
    config.message_limit = read_limit(section, "message_limit");
    config.save_limit = read_limit(section, "save_limit");
    if (config.message_limit != 0 && config.save_limit > config.message_limit) {
        section.refuse("save_limit", "is above message_limit, which holds for COPY and APPEND too");
    }
    return config;
}

}  // namespace helio::store::imapd
