// What RETR and TOP share: a message, or its beginning, streamed in pieces; a slow reader slows us, not our memory.
// Damage found after the first line can only be told by hanging up: an ended response would be a lie.
#pragma once

#include <memory>

#include "store/popd/commands.h"
#include "store/popd/dot_text.h"

namespace helio::store {

/// Opens the message; nullptr when it can't be (and that is told). `entry` may be null: there is none of that number.
std::unique_ptr<storage::Body> open_message(PopSession& session, const Maildrop::Entry* entry);
/// Sends `body` up to where `cut` says (nullptr: all of it). False when the session is over.
Task<bool> send_message(PopSession& session, const storage::Body& body, TopCut* cut);

}  // namespace helio::store
