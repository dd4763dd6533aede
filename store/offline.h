// What helio-store does beside serving: --verify checks a stopped store, --rebuild makes its index anew from the log.
#pragma once

#include "store/config.h"

namespace helio::store {

/// Checks log, bodies and index in a child process (a truncated index kills by SIGBUS) and prints what is wrong.
/// Returns the exit status: 0 sound, 1 problems, 2 the check itself died.
int verify_offline(const Config& config);

/// Returns 0, or 1 when the log was damaged somewhere (what is intact is there).
int rebuild_offline(const Config& config);

}  // namespace helio::store
