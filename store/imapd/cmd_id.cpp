// ID (RFC 2971). From a trusted front end it carries the client's address and the session id (Dovecot's fields).
#include "common/base/ids.h"
#include "common/net/address.h"
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_id(ImapSession& session, const imap::Command& command) {
    const auto& id = std::get<imap::IdArguments>(command.arguments);
    if (session.state() == ImapState::not_authenticated && session.trusted_front_end()) {
        const auto address = net::Address::parse(id.value("x-originating-ip"));
        const std::string session_id = id.value("x-session-id");
        session.set_client(address ? address->to_string() : std::string(),
                           base::is_session_id(session_id) ? session_id : std::string());
    }
    session.out() += "* ID (\"name\" \"Heliograph\")\r\n";
    co_return Reply::ok("ID completed");
}

}  // namespace helio::store::imapd
