// Reads a message literal from the wire into a body that the store can take: in memory while small, else in an unlinked
// file, within the budget of all sessions (storage::BodySpool).
#pragma once

#include <optional>

#include "store/imapd/session.h"

namespace helio::store::imapd {

struct AppendBody {
    std::shared_ptr<const storage::BodySource> body;
    bool has_nul = false;
    std::optional<Error> refused;  ///< it could not be kept; all its bytes were read nevertheless
};

/// Exactly `bytes` bytes. Errors: those of the wire.
Task<Result<AppendBody>> read_append_body(ImapSession& session, std::uint64_t bytes);

}  // namespace helio::store::imapd
