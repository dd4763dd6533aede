// Sockets that systemd passed (sd_listen_fds(3)): LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, read once per process.
#pragma once

#include <optional>
#include <string>

#include "common/logging/logger.h"

namespace helio::net {

/// The passed descriptor with that FileDescriptorName, non-blocking and close-on-exec; each is given once.
std::optional<int> take_activated_socket(const std::string& name);

/// Warns of those that no listener took: systemd holds them open, and clients wait there until they give up.
void warn_of_unused_sockets(const logging::Logger& log);

}  // namespace helio::net
