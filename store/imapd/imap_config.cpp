#include "store/imapd/imap_config.h"

#include "common/base/text.h"

namespace helio::store::imapd {

ImapConfig read_imap_config(config::Section section) {
    ImapConfig config;
    read_client_config(section, "id_from", config);
    for (const auto& name : section.texts("admins")) config.admins.push_back(base::to_lower(name));
    config.admin = section.text("admin", "");
    config.comment = section.text("comment", "");
    config.command_bytes = section.size("command_size", config.command_bytes);
    config.sort_memory_bytes = section.size("sort_memory", config.sort_memory_bytes);
    config.literal_minus = section.flag("literal_minus", config.literal_minus);
    return config;
}

}  // namespace helio::store::imapd
