// CAPABILITY (RFC 9051 §6.1.1)
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_capability(ImapSession& session, const imap::Command&) {
    session.out() += "* CAPABILITY " + session.capabilities() + "\r\n";
    co_return Reply::ok("Capability completed");
}

}  // namespace helio::store::imapd
