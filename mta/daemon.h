// Relay: the daemon behind both mains: builds the object graph of a relay from its Config and serves until SIGTERM.
// At the end: listeners stop, sessions drain, attempts end, connections close, the queue closes.
#pragma once

#include "common/daemon/daemon.h"
#include "mta/smtpd/settings.h"

namespace helio::mta {

/// The body of main() for one role; returns the exit status. Throws base::StartupError.
int serve(const daemon::CommandLine& line, Role role);

}  // namespace helio::mta
