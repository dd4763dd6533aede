// The result of a run: a table for people, one JSON line for programs.
#pragma once

#include <string>

#include "tests/bench/load/run.h"
#include "tests/bench/load/usage.h"

namespace helio::bench {

struct Measured {
    double seconds = 0;
    double own_cpu_seconds = 0;
    double server_cpu_seconds = 0;
    Usage server;             ///< at the end
    std::uint64_t alive = 0;  ///< imap-idle: connections that held to the end
    Memory base;              ///< imap-idle: what the server had at the first `base_alive` connections
    std::uint64_t base_alive = 0;
    double idle_cpu_share = 0;  ///< imap-idle: of one core, while holding
};

std::string to_table(const Run& run, const Measured& measured);
std::string to_json(const Run& run, const Measured& measured);

}  // namespace helio::bench
