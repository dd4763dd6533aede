#include "store/imapd/imap_config.h"

#include "common/base/text.h"

namespace helio::store::imapd {

namespace {

std::vector<net::Network> networks(config::Section& section, std::string_view key) {
    std::vector<net::Network> result;
    for (const auto& text : section.texts(key)) {
        const auto network = net::Network::parse(text);
        if (!network) section.refuse(key, "\"" + text + "\" is no network");
        result.push_back(*network);
    }
    return result;
}

}  // namespace

ImapConfig read_imap_config(config::Section section) {
    ImapConfig config;
    config.plaintext_from = networks(section, "plaintext_from");
    for (const auto& name : section.texts("proxies")) config.proxy_names.push_back(base::to_lower(name));
    config.id_from = networks(section, "id_from");
    for (const auto& name : section.texts("admins")) config.admins.push_back(base::to_lower(name));
    config.mailhost = base::to_lower(section.text("mailhost", ""));
    config.login_timeout = section.duration("login_timeout", config.login_timeout);
    config.idle_timeout = section.duration("idle_timeout", config.idle_timeout);
    config.write_timeout = section.duration("write_timeout", config.write_timeout);
    config.bad_commands = static_cast<unsigned>(section.integer("bad_commands", config.bad_commands, 1, 1000));
    config.command_bytes = section.size("command_size", config.command_bytes);
    config.literal_minus = section.flag("literal_minus", config.literal_minus);
    return config;
}

}  // namespace helio::store::imapd
