#include "store/imapd/imap_config.h"

namespace helio::store::imapd {

ImapConfig read_imap_config(config::Section section) {
    ImapConfig config;
    read_client_config(section, "id_from", config);
    config.command_bytes = section.size("command_size", config.command_bytes);
    config.literal_minus = section.flag("literal_minus", config.literal_minus);
    return config;
}

}  // namespace helio::store::imapd
