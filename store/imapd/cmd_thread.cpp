// THREAD and UID THREAD (RFC 5256 §3; REFS of draft-ietf-morg-inthread). The work is mail::ThreadBuilder's.
#include "common/imap/fold.h"
#include "common/mail/base_subject.h"
#include "common/mail/message_id.h"
#include "common/mail/thread.h"
#include "store/imapd/commands.h"
#include "store/imapd/found_rows.h"
#include "store/imapd/search_run.h"
#include "store/search/sort_key.h"

namespace helio::store::imapd {

namespace {

using mail::ThreadAlgorithm;

std::optional<ThreadAlgorithm> algorithm_of(std::string_view name) {
    if (name == "ORDEREDSUBJECT") return ThreadAlgorithm::ordered_subject;
    if (name == "REFERENCES") return ThreadAlgorithm::references;
    if (name == "REFS") return ThreadAlgorithm::refs;
    return std::nullopt;
}

void add(mail::ThreadBuilder& builder, std::uint32_t number, const Message& message, const mail::SummaryView* summary) {
    mail::ThreadMessage entry{.number = number};
    entry.date = search::sent_seconds(message, summary);
    entry.arrived = message.internal_date.unix_seconds;
    std::string id;
    std::string subject;
    if (summary != nullptr) {
        id = mail::first_message_id(summary->message_id()).value_or("");
        entry.ancestors = mail::ancestors(summary->references(), summary->in_reply_to());
        const auto base = mail::base_subject(summary->subject().text);
        subject = imap::fold(base.text);
        entry.is_reply_or_forward = base.is_reply_or_forward;
    }
    entry.message_id = id;
    entry.subject = subject;
    builder.add(entry);
}

Task<Result<>> print_threads(ImapSession& session, const mail::ThreadForest& forest) {
    session.out() += "* THREAD";
    const auto& tops = forest.nodes.front().children;
    if (!tops.empty()) session.out() += ' ';
    for (const std::uint32_t top : tops) {
        forest.print(session.out(), top);
        auto sent = co_await session.flush_if_full();
        if (!sent) co_return sent;
    }
    session.out() += "\r\n";
    co_return Result<>();
}

}  // namespace

Task<Reply> cmd_thread(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::ThreadArguments>(command.arguments);
    const auto algorithm = algorithm_of(arguments.algorithm);
    if (!algorithm) co_return Reply::bad("Unknown thread algorithm");
    if (auto refused = refuse_search(session, arguments.search)) co_return std::move(*refused);
    const auto found = co_await run_search(session, arguments.search, command.tag);
    if (!found) co_return reply_of(found.error());

    mail::ThreadBuilder builder(*algorithm);
    const std::size_t most_bytes = session.config().sort_memory_bytes;
    const std::function<bool(const Message&, const mail::SummaryView*)> take = [&](const Message& message,
                                                                                   const mail::SummaryView* summary) {
        const auto number = session.selected().sequence_of(message.uid);
        if (number) add(builder, command.uid ? message.uid.value : *number, message, summary);
        return builder.bytes() <= most_bytes;
    };
    const std::uint64_t before = session.selected().exists();  // the search may have looked at all of them
    Progress progress(session, command.tag, before + found->uids.size());
    const auto read = co_await each_found(session, found->uids, true, take, &progress, before);
    if (!read) co_return reply_of(read.error());
    if (builder.bytes() > most_bytes) co_return Reply::no(imap::code::limit, "Too many messages to thread");
    const mail::ThreadForest forest = builder.finish();
    auto printed = co_await print_threads(session, forest);
    if (!printed) co_return Reply::hang_up();
    co_return Reply::ok("Thread completed");
}

}  // namespace helio::store::imapd
