#include "store/imapd/named_mailbox.h"

namespace helio::store::imapd {

std::expected<Mailbox, Reply> named_mailbox(const ImapSession& session, std::string_view wire_name) {
    const auto name = session.decode(wire_name);
    if (!name) return std::unexpected(Reply::no(imap::code::cannot, "Invalid mailbox name"));
    auto mailbox = session.store().find_mailbox(*name);
    if (!mailbox) return std::unexpected(reply_of(mailbox.error()));
    return std::move(*mailbox);
}

}  // namespace helio::store::imapd
