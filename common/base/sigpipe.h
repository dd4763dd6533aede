// SIGPIPE of foreign libraries (libldap, libunbound), which write to sockets without MSG_NOSIGNAL.
#pragma once

namespace helio::base {

/// For each thread that calls such a library, and inherited by those it starts: the peer's hang-up is an error code,
/// whatever the program does with SIGPIPE.
void block_sigpipe();

}  // namespace helio::base
