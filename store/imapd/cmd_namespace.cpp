// NAMESPACE (RFC 9051 §6.3.10): one personal namespace.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_namespace(ImapSession& session, const imap::Command&) {
    session.out() += "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n";
    co_return Reply::ok("Namespace completed");
}

}  // namespace helio::store::imapd
