// Reads a message literal from the wire into a body that the store can take.
#pragma once

#include "store/imapd/session.h"

namespace helio::store::imapd {

struct AppendBody {
    std::shared_ptr<const storage::BodySource> body;
    bool has_nul = false;
};

/// Exactly `bytes` bytes. Errors: those of the wire.
Task<Result<AppendBody>> read_append_body(ImapSession& session, std::uint64_t bytes);

}  // namespace helio::store::imapd
