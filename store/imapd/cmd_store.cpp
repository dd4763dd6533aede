// STORE and UID STORE (RFC 9051 §6.4.6; RFC 7162 §3.1.3)
#include "store/imapd/commands.h"
#include "store/imapd/message_printer.h"

namespace helio::store::imapd {

namespace {

constexpr std::size_t rows_at_once = 512;

FlagAction action_of(imap::StoreArguments::Action action) {
    switch (action) {
        case imap::StoreArguments::Action::add:
            return FlagAction::add;
        case imap::StoreArguments::Action::remove:
            return FlagAction::remove;
        case imap::StoreArguments::Action::replace:
            break;
    }
    return FlagAction::replace;
}

// Untagged FETCH for each of `uids`; adds those whose rows are gone to `missing`.
Task<Result<>> print_rows(ImapSession& session, UidSet uids, FlagsFetch what, std::size_t& missing) {
    missing += uids.size();
    Uid next{0};
    while (!uids.empty() && next <= *uids.back()) {
        std::size_t count = 0;
        const Selected& selected = session.selected();
        const auto read = session.store().read(selected.mailbox().id, [&](const MailboxView& view) {
            const Keywords keywords = view.keywords();
            session.tell_keywords(keywords);
            view.each(uids.within(next, *uids.back()), [&](const Message& message) {
                next = Uid{message.uid.value + 1};
                what.recent = !session.rev2() && selected.is_recent(message.uid);
                if (const auto number = selected.sequence_of(message.uid)) {
                    print_flags_fetch(session.out(), *number, message, keywords, what);
                    --missing;
                }
                return ++count < rows_at_once;
            });
        });
        if (!read || count < rows_at_once) break;
        auto sent = co_await session.flush_if_full();
        if (!sent) co_return fail(sent.error());
    }
    co_return {};
}

StoreFlags request_of(const Selected& selected, const imap::StoreArguments& arguments, UidSet uids) {
    StoreFlags request;
    request.mailbox = selected.mailbox().id;
    request.uids = std::move(uids);
    request.action = action_of(arguments.action);
    request.flags = {Flags{arguments.flags.system}, arguments.flags.keywords};
    if (arguments.unchanged_since) request.unchanged_since = ModSeq{*arguments.unchanged_since};
    request.known = selected.told_up_to();
    return request;
}

// What others changed before is told even with .SILENT: from our change on no event would (RFC 9051 §6.4.6).
UidSet news_in(const FlagsStored& stored, const Selected& selected) {
    UidSet news;
    for (const auto& [uid, modseq] : stored.newer)
        if (!selected.knows(uid, modseq)) news.add(uid);
    return news;
}

}  // namespace

Task<Reply> cmd_store(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::StoreArguments>(command.arguments);
    Selected& selected = session.selected();
    NamedMessages named = selected.resolve(arguments.set, command.uid);
    if (named.beyond) co_return Reply::bad("No such message", imap::code::client_bug);
    if (arguments.unchanged_since) session.enable_condstore();
    if (named.uids.empty()) co_return Reply::ok("No messages");
    named.uids = session.limit().admit(std::move(named.uids));

    auto request = request_of(selected, arguments, named.uids);
    const auto stored = co_await session.store().store_flags(std::move(request));
    if (!stored) co_return reply_of(stored.error());
    auto news = news_in(*stored, selected);
    selected.told_flags(*stored);

    // New keywords are listed before a FETCH that shows them.
    if (!arguments.flags.keywords.empty()) selected.look_for_keywords();
    auto told = co_await session.sync(false);
    if (!told) co_return Reply::hang_up();

    UidSet shown = named.uids;
    shown.remove(stored->modified);
    if (arguments.silent) shown = session.condstore() ? stored->changed : UidSet();
    if (arguments.silent) shown.remove(news);
    FlagsFetch what{.uid_only = session.uidonly(),
                    .uid = command.uid || session.condstore(),
                    .modseq = session.condstore(),
                    .recent = false,
                    .flags = !arguments.silent};
    std::size_t missing = 0;
    auto printed = co_await print_rows(session, std::move(shown), what, missing);
    if (!printed) co_return Reply::hang_up();
    if (arguments.silent && !news.empty()) {
        what.flags = true;
        what.uid = what.uid || session.rev2();  // not what was asked for: RFC 9051 App. E
        printed = co_await print_rows(session, std::move(news), what, missing);
        if (!printed) co_return Reply::hang_up();
    }
    if (!stored->modified.empty()) {
        const std::string set =
            command.uid ? stored->modified.to_string() : selected.to_sequence(stored->modified).to_string();
        co_return Reply::ok("Conditional store failed for some", "MODIFIED " + set);
    }
    if (missing > 0) co_return reply_of_missing("Store completed", command.uid);
    co_return Reply::ok("Store completed");
}

}  // namespace helio::store::imapd
