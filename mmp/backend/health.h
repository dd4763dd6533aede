// Health: one circuit per store endpoint, shared by all sessions, so that a dead store costs each client an answer and
// not a time-out. Closed: tries go through. Open after `failures` in a row: refused at once for `open_for`. Then one
// probe goes through and decides. Only what has failed of late has an entry, and the table is bounded.
// Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "common/base/clock.h"

namespace helio::mmp {

struct HealthConfig {
    unsigned failures = 3;                      ///< in a row, until the circuit opens; 0: never
    std::chrono::milliseconds open_for{1'000};  ///< then one probe decides
    std::size_t entries = 10'000;
};

class Health {
public:
    explicit Health(HealthConfig config, const base::Clock& clock = base::system_clock())
        : config_(config), clock_(clock) {}

    /// Whether `endpoint` may be tried now. Each true is followed by one succeeded() or failed().
    bool may_try(const std::string& endpoint);
    void succeeded(const std::string& endpoint);
    /// True when the circuit opened by this failure: worth a line in the log.
    bool failed(const std::string& endpoint);
    /// How many circuits are open; for the metrics.
    std::size_t open_count() const;

private:
    struct Circuit {
        unsigned failures = 0;
        bool open = false;
        bool probing = false;
        base::SteadyTime until;
    };
    void make_room();

    const HealthConfig config_;
    const base::Clock& clock_;
    mutable std::mutex lock_;
    std::map<std::string, Circuit> circuits_;
};

}  // namespace helio::mmp
