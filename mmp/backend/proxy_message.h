// The SASL message by which the proxy logs in for a user; the same in IMAP and POP3.
#pragma once

#include <string>

#include "mmp/backend/store_dialogue.h"

namespace helio::mmp {

/// "PLAIN" or "EXTERNAL".
std::string_view mechanism_of(const ProxyIdentity& identity);
/// The initial response in base64: the user as authorization id.
std::string proxy_message(const ProxyIdentity& identity, const std::string& user);
/// `text` when it is printable ASCII, else empty: nothing else of a store's line goes on to a client.
std::string printable_or_nothing(std::string_view text);

}  // namespace helio::mmp
