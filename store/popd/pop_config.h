// PopConfig: the [pop3] table of the store's configuration; const after start.
#pragma once

#include "store/client_config.h"

namespace helio::store {

struct PopConfig : ClientConfig {
    PopConfig() { idle_timeout = std::chrono::minutes(10); }  // at least 10 minutes (RFC 1939 §3)
    bool mark_seen = true;                                    ///< QUIT sets \Seen on what was retrieved
};

/// Keys: those of ClientConfig with xclient_from, mark_seen.
PopConfig read_pop_config(config::Section section);

}  // namespace helio::store
