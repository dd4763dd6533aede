// ESEARCH (RFC 7377): a search in several mailboxes; one answer for each that has matches, always by UIDs.
#include <algorithm>

#include "store/imapd/commands.h"
#include "store/imapd/mailbox_match.h"
#include "store/imapd/search_modseq.h"

namespace helio::store::imapd {

namespace {

Result<std::vector<Mailbox>> find_sources(ImapSession& session, const imap::MultiSearchArguments& arguments) {
    std::vector<MailboxMatch> filters;
    bool selected = arguments.sources.empty();
    for (const auto& source : arguments.sources) {
        selected = selected || source.is_selected();
        filters.emplace_back(session, source);
    }
    auto entries = session.store().list();
    if (!entries) return fail(entries.error());
    std::vector<Mailbox> found;
    for (auto& entry : *entries) {
        if (!entry.mailbox) continue;
        const bool is_selected = session.has_selected() && session.selected().mailbox().id == entry.mailbox->id;
        const bool meant =
            (selected && is_selected) || std::any_of(filters.begin(), filters.end(),
                                                     [&](const MailboxMatch& filter) { return filter.matches(entry); });
        if (meant) found.push_back(std::move(*entry.mailbox));
    }
    return found;
}

void print_found(ImapSession& session, const imap::Command& command, const imap::SearchArguments& search,
                 const Mailbox& mailbox, const SearchFound& found) {
    if (found.uids.empty()) return;
    imap::EsearchResponse response;
    response.tag = command.tag;
    response.mailbox = mailbox.name;
    response.uid_validity = mailbox.uid_validity.value;
    response.utf8 = session.utf8();
    response.uid = true;
    response.found = to_numbers(found.uids);
    response.partial = search.partial;
    if ((search.return_options & imap::return_partial) != 0) {
        response.page = to_numbers(page_of(found.uids, search.partial));
    }
    if (found.modseq) response.modseq = found.modseq->value;
    response.options = search.extended ? search.return_options : std::uint8_t{imap::return_all};
    if (response.options == imap::return_save) return;  // RFC 5182 §2.1
    imap::print_esearch(session.out(), response);
}

// The mailbox as it is now, or as the client knows it when it is the selected one.
Task<Result<SearchFound>> search_in(ImapSession& session, const imap::Command& command,
                                    const imap::SearchArguments& search, Mailbox mailbox) {
    if (session.has_selected() && session.selected().mailbox().id == mailbox.id) {
        auto found = co_await run_search_in(session, session.selected(), search, command.tag);
        co_return found;
    }
    const auto opened = Selected::open(session.store(), std::move(mailbox), true, [] {});
    if (!opened) co_return fail(opened.error());
    auto found = co_await run_search_in(session, **opened, search, command.tag);
    co_return found;
}

// A mailbox that goes meanwhile, or that may be seen but not read, is passed over.
bool is_passed_over(const Error& error) {
    return error.code == make_error_code(errc::no_such_mailbox) || error.code == make_error_code(errc::no_permission);
}

}  // namespace

Task<Reply> cmd_esearch(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::MultiSearchArguments>(command.arguments);
    if (arguments.only_selected() && !session.has_selected()) co_return Reply::bad("No mailbox is selected");
    if (session.utf8_accept() && !arguments.search.charset.empty()) {
        co_return Reply::bad("No CHARSET after UTF8=ACCEPT");
    }
    if (auto refused = refuse_search(session, arguments.search)) co_return std::move(*refused);
    const auto sources = find_sources(session, arguments);
    if (!sources) co_return reply_of(sources.error());
    for (const auto& mailbox : *sources) {
        auto found = co_await search_in(session, command, arguments.search, mailbox);
        if (!found && is_passed_over(found.error())) continue;
        if (!found) co_return reply_of(found.error());
        const bool saves = (arguments.search.return_options & imap::return_save) != 0;
        UidSet shown = saved_part(found->uids, arguments.search);
        if (saves) session.selected().save_result(shown);
        const auto modseq = co_await told_modseq(session, mailbox.id, *found, arguments.search, std::move(shown));
        if (!modseq && is_passed_over(modseq.error())) continue;
        if (!modseq) co_return reply_of(modseq.error());
        found->modseq = *modseq;
        print_found(session, command, arguments.search, mailbox, *found);
        auto sent = co_await session.flush_if_full();
        if (!sent) co_return Reply::hang_up();
    }
    co_return Reply::ok("Search completed");
}

}  // namespace helio::store::imapd
