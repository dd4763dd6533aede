// The mailbox that a command names, for commands that end when it is not there.
#pragma once

#include <expected>
#include <string_view>

#include "store/imapd/session.h"

namespace helio::store::imapd {

/// By its name as the client wrote it; otherwise how the command ends.
std::expected<Mailbox, Reply> named_mailbox(const ImapSession& session, std::string_view wire_name);

}  // namespace helio::store::imapd
