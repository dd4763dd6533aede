// ENABLE (RFC 9051 §6.3.1): names that mean nothing here are passed over.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_enable(ImapSession& session, const imap::Command& command) {
    std::string enabled;
    for (const auto& name : std::get<imap::EnableArguments>(command.arguments).capabilities) {
        if (name == "CONDSTORE" && !session.condstore()) {
            session.enable_condstore();
            enabled += " CONDSTORE";
        } else if (name == "QRESYNC" && !session.qresync()) {
            session.enable_condstore();
            session.enable_qresync();
            enabled += " QRESYNC";
        } else if (name == "UIDONLY" && !session.uidonly()) {
            session.enable_uidonly();
            enabled += " UIDONLY";
        } else if (name == "UTF8=ACCEPT" && !session.utf8_accept()) {
            session.enable_utf8_accept();
            enabled += " UTF8=ACCEPT";
        } else if (name == "IMAP4REV2" && !session.rev2()) {
            session.enable_rev2();
            enabled += " IMAP4rev2";
        }
    }
    session.out() += "* ENABLED" + enabled + "\r\n";
    co_return Reply::ok("Enabled");
}

}  // namespace helio::store::imapd
