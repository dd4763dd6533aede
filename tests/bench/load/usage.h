// What a set of processes costs: CPU seconds and proportional memory of the given ones and all their descendants.
#pragma once

#include <cstdint>
#include <vector>

namespace helio::bench {

/// In bytes, summed over the processes.
struct Memory {
    std::uint64_t pss = 0;        ///< pages that several processes have are divided among them
    std::uint64_t anonymous = 0;  ///< what of `pss` is no file's page: those of files can go at any time
    std::uint64_t rss = 0;        ///< shared pages count in each process
};

struct Usage {
    double cpu_seconds = 0;  ///< user and system, ended and reaped children included
    Memory memory;           ///< only when asked for: reading it walks page tables
    unsigned processes = 0;
};

/// Reads /proc now. Processes that are gone count as nothing.
Usage usage_of(const std::vector<int>& roots, bool with_memory);

/// CPU seconds of this process itself.
double own_cpu_seconds();

}  // namespace helio::bench
