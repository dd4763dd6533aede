#include "store/popd/pop_config.h"

namespace helio::store {
PopConfig read_pop_config(config::Section section) {
    PopConfig config;
    read_client_config(section, "xclient_from", config);
    config.mark_seen = section.flag("mark_seen", config.mark_seen);
    return config;
}

}  // namespace helio::store
