#include "store/popd/pop_config.h"

#include "common/base/text.h"

namespace helio::store {
namespace {

std::vector<net::Network> networks(config::Section& section, std::string_view key) {
    std::vector<net::Network> found;
    for (const auto& text : section.texts(key)) {
        const auto network = net::Network::parse(text);
        if (!network) section.refuse(key, "\"" + text + "\" is no network");
        found.push_back(*network);
    }
    return found;
}

}  // namespace

PopConfig read_pop_config(config::Section section) {
    PopConfig config;
    config.plaintext_from = networks(section, "plaintext_from");
    for (const auto& name : section.texts("proxies")) config.proxy_names.push_back(base::to_lower(name));
    config.xclient_from = networks(section, "xclient_from");
    config.mailhost = base::to_lower(section.text("mailhost", ""));
    config.login_timeout = section.duration("login_timeout", config.login_timeout);
    config.idle_timeout = section.duration("idle_timeout", config.idle_timeout);
    config.write_timeout = section.duration("write_timeout", config.write_timeout);
    config.bad_commands = static_cast<unsigned>(section.integer("bad_commands", config.bad_commands, 1, 1000));
    config.mark_seen = section.flag("mark_seen", config.mark_seen);
    return config;
}

}  // namespace helio::store
