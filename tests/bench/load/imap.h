// What the IMAP modes have in common: logins and single commands.
#pragma once

#include "tests/bench/load/peer.h"

namespace helio::bench {

/// Sends `text` with `tag` and reads its answer.
Task<Result<Peer::Imap>> imap_command(Peer* peer, std::string tag, std::string text);
/// Connects, STARTTLS where asked for, LOGIN as user number `user`.
Task<Result<Peer>> imap_log_in(Run* run, unsigned user);

}  // namespace helio::bench
