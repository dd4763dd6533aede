#include "store/imapd/copy_request.h"

namespace helio::store::imapd {

std::expected<CopyRequest, Reply> copy_request(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::CopyArguments>(command.arguments);
    NamedMessages named = session.selected().resolve(arguments.set, command.uid);
    if (named.beyond) return std::unexpected(Reply::bad("No such message", imap::code::client_bug));
    const auto name = session.decode(arguments.mailbox);
    if (!name) return std::unexpected(Reply::no(imap::code::cannot, "Invalid mailbox name"));
    const auto to = session.store().find_mailbox(*name);
    if (!to) return std::unexpected(reply_of_target(session, *name));
    if (named.uids.empty()) return std::unexpected(Reply::ok("No messages"));
    // A COPY is whole or not at all; a MOVE can go on with those that are left (RFC 9738 §3.1).
    if (command.verb == imap::Verb::copy && !session.limit().fits(named.uids.size())) {
        return std::unexpected(Reply::no(session.limit().code(), "Too many messages to copy"));
    }
    return CopyRequest{session.selected().mailbox().id, session.limit().admit(std::move(named.uids)), to->id};
}

std::string copy_uid_code(const Copied& copied) {
    return "COPYUID " + std::to_string(copied.uid_validity.value) + ' ' + copied.source.to_string() + ' ' +
           copied.destination.to_string();
}

}  // namespace helio::store::imapd
