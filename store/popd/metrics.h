// What the POP3 service counts.
#pragma once

#include "common/base/metrics.h"

namespace helio::store {

struct PopMetrics {
    explicit PopMetrics(base::Registry& registry)
        : logins_ok(logins(registry, R"(result="ok")")),
          logins_rejected(logins(registry, R"(result="rejected")")),
          logins_unavailable(logins(registry, R"(result="unavailable")")),
          logins_in_use(logins(registry, R"(result="in_use")")),
          retrieved(registry.counter("helio_pop3_retrieved_total", "Messages sent by RETR")),
          deleted(registry.counter("helio_pop3_deleted_total", "Messages deleted by QUIT")),
          bad_commands(registry.counter("helio_pop3_bad_commands_total", "Commands answered with a syntax error")) {}

    base::Counter& logins_ok;
    base::Counter& logins_rejected;
    base::Counter& logins_unavailable;
    base::Counter& logins_in_use;
    base::Counter& retrieved;
    base::Counter& deleted;
    base::Counter& bad_commands;

private:
    static base::Counter& logins(base::Registry& registry, std::string_view labels) {
        return registry.counter("helio_pop3_logins_total", "POP3 logins by result", labels);
    }
};

}  // namespace helio::store
