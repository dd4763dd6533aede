// LSUB (RFC 3501 §6.3.9): with "%", a name that is not subscribed is listed as \Noselect when one below it is.
#include "store/imapd/commands.h"
#include "store/imapd/mailbox_list.h"

namespace helio::store::imapd {

Task<Reply> cmd_lsub(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::ListArguments>(command.arguments);
    const auto patterns = MailboxList::patterns(session, arguments);
    if (!patterns) co_return Reply::no(imap::code::cannot, "Invalid mailbox pattern");
    const bool parents = arguments.patterns.front().find('%') != std::string::npos;
    const MailboxList list(session.store(), imap::ListArguments::select_subscribed, parents);
    if (!list.status()) co_return reply_of(list.status().error());
    for (const auto& listed : list.matching(*patterns)) {
        imap::ListResponse response{.word = "LSUB", .attributes = {}, .name = listed.entry.name};
        if (!listed.taken) response.attributes.push_back("\\Noselect");
        imap::print_list(session.out(), response, session.utf8());
        auto sent = co_await session.flush_if_full();
        if (!sent) co_return Reply::hang_up();
    }
    co_return Reply::ok("Lsub completed");
}

}  // namespace helio::store::imapd
