// NAMESPACE (RFC 2342, RFC 9051 §6.3.10): own mailboxes, other users', public folders.
#include "common/imap/print.h"
#include "common/imap/utf7.h"
#include "store/imapd/commands.h"

namespace helio::store::imapd {

namespace {

void print_prefix(ImapSession& session, const std::string& prefix, bool offered) {
    std::string& out = session.out();
    if (!offered || prefix.empty()) {
        out += " NIL";
        return;
    }
    out += " ((";
    const std::string name = prefix + hierarchy_separator;
    if (session.utf8()) {
        imap::print_utf8_string(out, name);
    } else {
        imap::print_string(out, imap::encode_utf7(name));
    }
    out += " \"/\"))";
}

}  // namespace

Task<Reply> cmd_namespace(ImapSession& session, const imap::Command&) {
    const auto& store = session.store();
    session.out() += "* NAMESPACE ((\"\" \"/\"))";
    print_prefix(session, store.sharing().other_users, true);
    print_prefix(session, store.sharing().public_folders, !store.namespaces().public_owner().empty());
    session.out() += "\r\n";
    co_return Reply::ok("Namespace completed");
}

}  // namespace helio::store::imapd
