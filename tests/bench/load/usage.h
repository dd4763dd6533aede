// What a set of processes costs: CPU seconds and proportional memory of the given ones and all their descendants.
#pragma once

#include <cstdint>
#include <vector>

namespace helio::bench {

struct Usage {
    double cpu_seconds = 0;       ///< user and system, ended and reaped children included
    std::uint64_t pss_bytes = 0;  ///< only when asked for: reading it walks page tables
    unsigned processes = 0;
};

/// Reads /proc now. Processes that are gone count as nothing.
Usage usage_of(const std::vector<int>& roots, bool with_memory);

/// CPU seconds of this process itself.
double own_cpu_seconds();

}  // namespace helio::bench
