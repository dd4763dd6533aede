// SEARCH and UID SEARCH (RFC 9051 §6.4.4; RFC 7162 §3.1.5; RFC 9394).
#include "store/imapd/commands.h"
#include "store/imapd/search_modseq.h"

namespace helio::store::imapd {

namespace {

void print_found(ImapSession& session, const imap::Command& command, const SearchFound& found) {
    const Selected& selected = session.selected();
    const auto& arguments = std::get<imap::SearchArguments>(command.arguments);
    std::optional<std::uint64_t> modseq;
    if (found.modseq) modseq = found.modseq->value;
    auto numbers = numbers_of(selected, found.uids, command.uid);
    if (!arguments.extended && !session.rev2()) {
        imap::print_search_response(session.out(), numbers, modseq);
        return;
    }
    imap::EsearchResponse response;
    response.tag = command.tag;
    response.uid = command.uid;
    response.found = std::move(numbers);
    response.modseq = modseq;
    response.partial = arguments.partial;
    if ((arguments.return_options & imap::return_partial) != 0) {
        response.page = numbers_of(selected, page_of(found.uids, arguments.partial), command.uid);
    }
    response.options = arguments.extended ? arguments.return_options : std::uint8_t{imap::return_all};
    // SAVE alone gives no answer (RFC 9051 §6.4.4.1).
    if (response.options == imap::return_save) return;
    imap::print_esearch(session.out(), response);
}

}  // namespace

Task<Reply> cmd_search(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::SearchArguments>(command.arguments);
    Selected& selected = session.selected();
    const bool saves = (arguments.return_options & imap::return_save) != 0;
    // All strings are UTF-8 then (RFC 6855 §3).
    if (session.utf8_accept() && !arguments.charset.empty()) co_return Reply::bad("No CHARSET after UTF8=ACCEPT");
    if (auto refused = refuse_search(session, arguments)) co_return std::move(*refused);
    auto found = co_await run_search(session, arguments, command.tag);
    if (!found) {
        if (saves) selected.save_result({});
        co_return reply_of(found.error());
    }
    UidSet shown = saved_part(found->uids, arguments);
    if (saves) selected.save_result(shown);
    const auto modseq = co_await told_modseq(session, selected.mailbox().id, *found, arguments, std::move(shown));
    if (!modseq) co_return reply_of(modseq.error());
    found->modseq = *modseq;
    print_found(session, command, *found);
    co_return Reply::ok("Search completed");
}

}  // namespace helio::store::imapd
