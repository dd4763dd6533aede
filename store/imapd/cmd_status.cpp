// STATUS (RFC 9051 §6.3.11)
#include "store/imapd/commands.h"
#include "store/imapd/named_mailbox.h"
#include "store/imapd/status_values.h"

namespace helio::store::imapd {

Result<> print_mailbox_status(ImapSession& session, const Mailbox& mailbox, std::uint16_t items) {
    const auto status = session.store().status(mailbox.id);
    if (!status) return fail(status.error());
    imap::StatusValues values;
    values.messages = status->messages;
    values.uid_next = status->uid_next.value;
    values.uid_validity = status->uid_validity.value;
    values.unseen = status->unseen;
    values.deleted = status->deleted;
    values.size = status->size_bytes;
    values.deleted_storage = status->deleted_bytes;
    values.highest_modseq = status->highest_modseq.value;
    values.append_limit = session.store().limits().message_bytes;
    values.mailbox_id = to_object_id(mailbox.id);
    if ((items & imap::status_recent) != 0) {
        const auto uids = session.store().uids(mailbox.id);
        if (!uids) return fail(uids.error());
        const Uid first = session.store().claim_recent(mailbox.id, status->uid_next, false);
        values.recent = (*uids)->size() - (*uids)->count_below(first);
    }
    imap::print_status(session.out(), mailbox.name, items, values, session.utf8());
    return {};
}

Task<Reply> cmd_status(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::StatusArguments>(command.arguments);
    const auto mailbox = named_mailbox(session, arguments.mailbox);
    if (!mailbox) co_return mailbox.error();
    if ((arguments.items & imap::status_highestmodseq) != 0) session.enable_condstore();
    const auto printed = print_mailbox_status(session, *mailbox, arguments.items);
    if (!printed) co_return reply_of(printed.error());
    co_return Reply::ok("Status completed");
}

}  // namespace helio::store::imapd
