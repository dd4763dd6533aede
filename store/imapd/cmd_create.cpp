// CREATE (RFC 9051 §6.3.4; RFC 6154 §3 for USE)
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_create(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::MailboxArguments>(command.arguments);
    const auto name = session.decode(arguments.mailbox);
    if (!name) co_return Reply::no(imap::code::cannot, "Invalid mailbox name");
    SpecialUse use = SpecialUse::none;
    if (arguments.special_use.size() > 1) co_return Reply::no("USEATTR", "A mailbox has one special use");
    if (!arguments.special_use.empty()) {
        const auto known = parse_special_use(arguments.special_use.front());
        if (!known) co_return Reply::no("USEATTR", "Unknown special use");
        use = *known;
    }
    std::string owned = *name;
    const auto created = co_await session.store().create_mailbox(std::move(owned), use);
    if (!created) co_return reply_of(created.error());
    co_return Reply::ok("Create completed", "MAILBOXID (" + to_object_id(created->id) + ")");
}

}  // namespace helio::store::imapd
