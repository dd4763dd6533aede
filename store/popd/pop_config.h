// PopConfig: the [pop3] table of the store's configuration; const after start.
#pragma once

#include "store/client_config.h"

namespace helio::store {

struct PopConfig : ClientConfig {
    PopConfig() { idle_timeout = std::chrono::minutes(10); }  // at least 10 minutes (RFC 1939 §3)
    bool mark_seen = true;                                    ///< QUIT sets \Seen on what was retrieved
    bool exclusive = true;                                    ///< one session in a maildrop at a time (RFC 1939 §4)
    std::chrono::milliseconds in_use_wait{1'000};             ///< so long a login waits for another session to end
    std::chrono::milliseconds login_delay{0};  ///< least time between two logins of a user (RFC 2449 §6.5)
};

/// Keys: those of ClientConfig with xclient_from, mark_seen, exclusive, in_use_wait, login_delay.
PopConfig read_pop_config(config::Section section);

}  // namespace helio::store
