// Signals that a thread, and those it starts, does not take.
#pragma once

namespace helio::base {

/// SIGPIPE for each thread that calls a library which writes to sockets without MSG_NOSIGNAL (libldap, libunbound): the
/// peer's hang-up is an error code there, whatever the program does with the signal. SIGHUP until somebody waits for
/// it.
void block_signal(int signal);
/// What was sent meanwhile comes now.
void unblock_signal(int signal);

}  // namespace helio::base
