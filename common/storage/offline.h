// What a daemon with a partition does beside serving: --verify checks a stopped one, --rebuild makes its index anew
// from the log. Both print what they found.
#pragma once

#include "common/storage/partition.h"

namespace helio::storage {

/// Checks log, bodies and index in a child process (a truncated index kills by SIGBUS) and prints what is wrong.
/// Returns the exit status: 0 sound, 1 problems, 2 the check itself died.
int print_verified(const Options& options, Model& model, const logging::Logger& log);

/// Returns 0, or 1 when the log was damaged somewhere (what is intact is there).
int print_rebuilt(const Options& options, Model& model, const logging::Logger& log);

}  // namespace helio::storage
