// LOGOUT (RFC 9051 §6.1.3)
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_logout(ImapSession& session, const imap::Command&) {
    session.untagged(imap::Status::bye, {}, "Logging out");
    co_return Reply::close("Logout completed");
}

}  // namespace helio::store::imapd
