// LmtpMetrics: what the LMTP server counts.
#pragma once

#include "common/base/metrics.h"

namespace helio::store::lmtp {

struct LmtpMetrics {
    explicit LmtpMetrics(base::Registry& registry)
        : sessions(registry.counter("helio_lmtp_sessions_total", "LMTP sessions served")),
          stored(result(registry, "stored")),
          duplicates(result(registry, "duplicate")),
          refused(result(registry, "refused")),
          deferred(result(registry, "deferred")),
          bytes(registry.counter("helio_lmtp_bytes_total", "Bytes of messages stored, once per transaction")),
          commit(registry.histogram("helio_lmtp_commit_seconds", "From the end of data to the durable commit")) {}

    base::Counter& sessions;
    base::Counter& stored;
    base::Counter& duplicates;
    base::Counter& refused;
    base::Counter& deferred;
    base::Counter& bytes;
    base::Histogram& commit;

private:
    static base::Counter& result(base::Registry& registry, const char* name) {
        return registry.counter("helio_lmtp_recipients_total", "Recipients answered after the end of data",
                                std::string("result=\"") + name + "\"");
    }
};

}  // namespace helio::store::lmtp
