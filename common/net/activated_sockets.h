// Sockets that systemd passed (sd_listen_fds(3)): LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, read once per process.
#pragma once

#include <optional>
#include <string>

namespace helio::net {

/// The passed descriptor with that FileDescriptorName, non-blocking and close-on-exec; each is given once.
std::optional<int> take_activated_socket(const std::string& name);

}  // namespace helio::net
