// SORT and UID SORT (RFC 5256 §3; RFC 5957 DISPLAYFROM, DISPLAYTO; RFC 5267 and RFC 9394 return options).
#include "common/imap/print.h"
#include "store/imapd/commands.h"
#include "store/imapd/found_rows.h"
#include "store/imapd/search_modseq.h"
#include "store/imapd/sort_table.h"

namespace helio::store::imapd {

namespace {

Task<Result<std::vector<Uid>>> sort_found(ImapSession& session, const imap::Command& command, const UidSet& found) {
    const std::size_t most_bytes = session.config().sort_memory_bytes;
    SortTable table(std::get<imap::SortArguments>(command.arguments).criteria);
    bool fits = true;
    const std::function<bool(const Message&, const mail::SummaryView*)> take = [&](const Message& message,
                                                                                   const mail::SummaryView* summary) {
        table.add(message, summary);
        fits = table.bytes() <= most_bytes;
        return fits;
    };
    // The search may have looked at all messages before.
    const std::uint64_t before = session.selected().exists();
    Progress progress(session, command.tag, before + found.size());
    const auto read = co_await each_found(session, found, table.needs_summary(), take, &progress, before);
    if (!read) co_return fail(read.error());
    if (!fits) co_return fail(errc::too_many, "sort");
    co_return table.sorted();
}

std::vector<std::uint32_t> to_numbers(const Selected& selected, const std::vector<Uid>& uids, bool uid) {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(uids.size());
    for (const Uid each : uids) {
        const auto number = uid ? each.value : selected.sequence_of(each);
        if (number) numbers.push_back(*number);
    }
    return numbers;
}

// MIN, MAX and PARTIAL alone save what they show, in this order.
UidSet saved_part(const std::vector<Uid>& sorted, const UidSet& found, const imap::SearchArguments& search) {
    if (sorted.empty() || saves_all(search.return_options)) return found;
    UidSet saved;
    if ((search.return_options & imap::return_min) != 0) saved.add(sorted.front());
    if ((search.return_options & imap::return_max) != 0) saved.add(sorted.back());
    if ((search.return_options & imap::return_partial) == 0) return saved;
    const auto window = search.partial.window(sorted.size());
    for (std::size_t i = window.begin; i < window.end; ++i) saved.add(sorted[i]);
    return saved;
}

// "* SORT 2 84 882"
Task<Result<>> print_sorted(ImapSession& session, const std::vector<std::uint32_t>& numbers,
                            std::optional<ModSeq> modseq) {
    session.out() += "* SORT";
    for (const std::uint32_t number : numbers) {
        session.out() += ' ';
        imap::print_number(session.out(), number);
        auto sent = co_await session.flush_if_full();
        if (!sent) co_return sent;
    }
    if (modseq && !numbers.empty()) session.out() += " (MODSEQ " + std::to_string(modseq->value) + ')';
    session.out() += "\r\n";
    co_return Result<>();
}

void print_extended(ImapSession& session, const imap::Command& command, const std::vector<std::uint32_t>& numbers,
                    std::optional<ModSeq> modseq) {
    const auto& search = std::get<imap::SortArguments>(command.arguments).search;
    if (search.return_options == imap::return_save) return;
    imap::EsearchResponse response;
    response.tag = command.tag;
    response.uid = command.uid;
    response.options = search.return_options;
    response.partial = search.partial;
    std::vector<imap::NumberRange> ranges;
    ranges.reserve(numbers.size());
    for (const std::uint32_t number : numbers) ranges.push_back({number, number});
    response.found = imap::NumberSet(std::move(ranges));
    if (modseq) response.modseq = modseq->value;
    response.sorted = &numbers;
    imap::print_esearch(session.out(), response);
}

}  // namespace

Task<Reply> cmd_sort(ImapSession& session, const imap::Command& command) {
    const auto& search = std::get<imap::SortArguments>(command.arguments).search;
    Selected& selected = session.selected();
    const bool saves = (search.return_options & imap::return_save) != 0;
    if (auto refused = refuse_search(session, search)) co_return std::move(*refused);
    const auto found = co_await run_search(session, search, command.tag);
    if (saves) selected.save_result({});  // kept when the command succeeds
    if (!found) co_return reply_of(found.error());
    const auto sorted = co_await sort_found(session, command, found->uids);
    if (!sorted && sorted.error().code == errc::too_many) {
        co_return Reply::no(imap::code::limit, "Too many messages to sort");
    }
    if (!sorted) co_return reply_of(sorted.error());
    UidSet shown = saved_part(*sorted, found->uids, search);
    if (saves) selected.save_result(shown);
    const auto numbers = to_numbers(selected, *sorted, command.uid);
    if (search.extended) {
        const auto modseq = co_await told_modseq(session, selected.mailbox().id, *found, search, std::move(shown));
        if (!modseq) co_return reply_of(modseq.error());
        print_extended(session, command, numbers, *modseq);
        co_return Reply::ok("Sort completed");
    }
    auto printed = co_await print_sorted(session, numbers, found->modseq);
    if (!printed) co_return Reply::hang_up();
    co_return Reply::ok("Sort completed");
}

}  // namespace helio::store::imapd
