// LIST (RFC 9051 §6.3.9, RFC 5258, RFC 5819, RFC 6154 §2, RFC 8440, RFC 9590)
#include "store/imapd/commands.h"
#include "store/imapd/mailbox_list.h"
#include "store/imapd/metadata_answer.h"
#include "store/imapd/status_values.h"

namespace helio::store::imapd {

namespace {

using imap::ListArguments;

imap::ListResponse response_of(const ListedName& listed, const ListArguments& arguments) {
    const ListEntry& entry = listed.entry;
    imap::ListResponse response{.attributes = {}, .name = entry.name};
    if (!entry.mailbox) response.attributes.push_back(arguments.extended ? "\\NonExistent" : "\\Noselect");
    response.attributes.push_back(entry.has_children ? "\\HasChildren" : "\\HasNoChildren");
    const bool subscription_asked = (arguments.select & ListArguments::select_subscribed) != 0 ||
                                    (arguments.returns & ListArguments::return_subscribed) != 0;
    if (subscription_asked && entry.subscribed) response.attributes.push_back("\\Subscribed");
    if (entry.mailbox && entry.mailbox->special_use != SpecialUse::none) {
        response.attributes.push_back(to_string(entry.mailbox->special_use));
    }
    response.child_info = (arguments.select & ListArguments::recursive_match) != 0 &&
                          (arguments.select & ListArguments::select_subscribed) != 0 && listed.has_taken;
    return response;
}

}  // namespace

Task<Reply> cmd_list(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<ListArguments>(command.arguments);
    // An empty pattern asks for the separator alone (RFC 9051 §6.3.9).
    if (!arguments.extended && arguments.patterns.front().empty()) {
        imap::print_list(session.out(), {.attributes = {"\\Noselect"}, .name = ""}, session.utf8());
        co_return Reply::ok("List completed");
    }
    const auto patterns = MailboxList::patterns(session, arguments);
    if (!patterns) co_return Reply::no(imap::code::cannot, "Invalid mailbox pattern");
    std::optional<std::vector<std::string>> metadata;
    if ((arguments.returns & ListArguments::return_metadata) != 0) {
        metadata = metadata_names(arguments.metadata_entries, false);
        if (!metadata) co_return Reply::bad("Invalid entry name");
    }
    const bool recursive = (arguments.select & ListArguments::recursive_match) != 0;
    const MailboxList list(session.store(), arguments.select, recursive);
    if (!list.status()) co_return reply_of(list.status().error());
    const bool with_status = (arguments.returns & ListArguments::return_status) != 0;
    if (with_status && (arguments.status_items & imap::status_highestmodseq) != 0) session.enable_condstore();
    for (const auto& listed : list.matching(*patterns)) {
        imap::print_list(session.out(), response_of(listed, arguments), session.utf8());
        if (with_status && listed.entry.mailbox) {
            // One that is deleted meanwhile has no STATUS line; LIST itself succeeds (RFC 5819 §2).
            (void)print_mailbox_status(session, *listed.entry.mailbox, arguments.status_items);
        }
        if ((arguments.returns & ListArguments::return_myrights) != 0 && listed.entry.mailbox) {
            const auto mine = session.store().rights(listed.entry.mailbox->id);
            if (mine) imap::print_my_rights(session.out(), listed.entry.name, to_string(*mine), session.utf8());
        }
        if (metadata && listed.entry.mailbox) {
            // Mailboxes whose annotations the user may not see have no METADATA line.
            const auto depth = imap::GetMetadataArguments::Depth::none;
            const auto answer = read_metadata(session, listed.entry.mailbox->id, *metadata, depth, std::nullopt);
            if (answer) imap::print_metadata(session.out(), listed.entry.name, answer->values, session.utf8());
        }
        auto sent = co_await session.flush_if_full();
        if (!sent) co_return Reply::hang_up();
    }
    co_return Reply::ok("List completed");
}

}  // namespace helio::store::imapd
