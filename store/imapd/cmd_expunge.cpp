// EXPUNGE and UID EXPUNGE (RFC 9051 §6.4.3, §6.4.9): the dispatcher tells the client which are gone.
#include "store/imapd/commands.h"
#include "store/imapd/found_rows.h"

namespace helio::store::imapd {

namespace {

// Which may go, where their number is limited (RFC 9738): of the messages with \Deleted, those that the limit admits.
// Nothing: all.
Task<Result<std::optional<UidSet>>> bound(ImapSession& session, std::optional<UidSet> only) {
    const auto status = session.store().status(session.selected().mailbox().id);
    if (!status) co_return fail(status.error());
    const std::uint32_t limit = session.config().message_limit;
    if (limit == 0 || status->deleted <= limit) co_return only;
    UidSet deleted;
    const UidSet among = only.value_or(session.selected().uids());
    const std::function<bool(const Message&, const mail::SummaryView*)> take = [&](const Message& message,
                                                                                   const mail::SummaryView*) {
        if (message.flags.has(Flag::deleted)) deleted.add(message.uid);
        return true;
    };
    auto read = co_await each_found(session, among, false, take);
    if (!read) co_return fail(read.error());
    co_return session.limit().admit(std::move(deleted));
}

}  // namespace

Task<Reply> cmd_expunge(ImapSession& session, const imap::Command& command) {
    const MailboxId id = session.selected().mailbox().id;
    std::optional<UidSet> only;
    if (command.uid)
        only = session.selected().resolve(std::get<imap::ExpungeArguments>(command.arguments).set, true).uids;
    auto bounded = co_await bound(session, std::move(only));
    if (!bounded) co_return reply_of(bounded.error());
    const auto gone = co_await session.store().expunge_deleted(id, std::move(*bounded));
    session.selected().catch_up(gone ? gone->before : ModSeq{});
    if (!gone) co_return reply_of(gone.error());
    std::string code;
    if (session.condstore() && !gone->uids.empty()) code = "HIGHESTMODSEQ " + std::to_string(gone->modseq.value);
    co_return Reply::ok("Expunge completed", std::move(code));
}

}  // namespace helio::store::imapd
