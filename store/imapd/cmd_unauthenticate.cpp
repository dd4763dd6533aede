// UNAUTHENTICATE (RFC 8437): back to the state before the login. TLS stays; what the connection's peer was trusted with
// as a front end does not: whoever sends commands now may be the client behind it.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_unauthenticate(ImapSession& session, const imap::Command&) {
    // It would have to end with the answer, which the stream can't do (RFC 8437 §3).
    if (session.compressed()) co_return Reply::no(imap::code::cannot, "Not while the stream is compressed");
    session.leave();
    co_return Reply::ok("Log in again", "CAPABILITY " + session.capabilities());
}

}  // namespace helio::store::imapd
