// UNAUTHENTICATE (RFC 8437): back to the state before the login. TLS stays; what the connection's peer was trusted with
// as a front end does not: whoever sends commands now may be the client behind it. A client whose commands a front end
// passes on has none: its logins are the front end's, with its access filters and throttles.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_unauthenticate(ImapSession& session, const imap::Command&) {
    if (session.is_passed_on()) co_return Reply::no(imap::code::cannot, "Not through a proxy; open a new connection");
    session.leave();
    co_return Reply::ok("Log in again", "CAPABILITY " + session.capabilities());
}

}  // namespace helio::store::imapd
