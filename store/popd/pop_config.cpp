#include "store/popd/pop_config.h"

namespace helio::store {
PopConfig read_pop_config(config::Section section) {
    PopConfig config;
    read_client_config(section, "xclient_from", config);
    config.mark_seen = section.flag("mark_seen", config.mark_seen);
    config.exclusive = section.flag("exclusive", config.exclusive);
    config.in_use_wait = section.duration("in_use_wait", config.in_use_wait);
    if (config.in_use_wait > std::chrono::seconds(30)) section.refuse("in_use_wait", "more than 30s: clients give up");
    config.login_delay = section.duration("login_delay", config.login_delay);
    if (config.login_delay > std::chrono::hours(24)) section.refuse("login_delay", "more than a day");
    return config;
}

}  // namespace helio::store
