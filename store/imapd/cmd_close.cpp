// CLOSE (RFC 9051 §6.4.1, RFC 7162 §3.2.8): removes \Deleted messages without telling of them. UNSELECT (§6.4.2)
// removes none.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_close(ImapSession& session, const imap::Command&) {
    const bool read_only = session.selected().read_only();
    const MailboxId id = session.selected().mailbox().id;
    const ModSeq known = session.selected().complete_up_to();
    session.unselect();
    if (!read_only) {
        const auto gone = co_await session.store().expunge_deleted(id);
        // Without the right to expunge the mailbox is closed all the same (RFC 4314 §4).
        const bool harmless = !gone && (gone.error().code == make_error_code(errc::no_such_mailbox) ||
                                        gone.error().code == make_error_code(errc::no_permission));
        if (!gone && !harmless) co_return reply_of(gone.error());
        // Only when the client knows all before it: it could not catch up with anything older.
        if (session.condstore() && gone && !gone->uids.empty() && gone->before <= known) {
            co_return Reply::ok("Close completed", "HIGHESTMODSEQ " + std::to_string(gone->modseq.value));
        }
    }
    co_return Reply::ok("Close completed");
}

Task<Reply> cmd_unselect(ImapSession& session, const imap::Command&) {
    session.unselect();
    co_return Reply::ok("Unselect completed");
}

}  // namespace helio::store::imapd
