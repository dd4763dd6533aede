// The command table of the store's IMAP service and its dispatcher (STYLE S5). A row says in which states a command is
// allowed and how it goes with sequence numbers; the dispatcher enforces that once, for all. Each command's function is
// in the file of its name, cmd_*.cpp.
#pragma once

#include "store/imapd/session.h"

namespace helio::store::imapd {

/// Checks the row, runs the command, tells the client what is new in its mailbox. On hang_up nothing more can be sent.
Task<Reply> dispatch(ImapSession& session, const imap::Command& command);

// RFC 9051 §6.1, any state
Task<Reply> cmd_capability(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_noop(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_logout(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_id(ImapSession& session, const imap::Command& command);
// §6.2, not authenticated
Task<Reply> cmd_starttls(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_authenticate(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_login(ImapSession& session, const imap::Command& command);
// §6.3, authenticated
Task<Reply> cmd_compress(ImapSession& session, const imap::Command& command);  // RFC 4978
Task<Reply> cmd_enable(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_select(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_create(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_delete(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_rename(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_subscribe(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_list(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_lsub(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_namespace(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_status(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_append(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_idle(ImapSession& session, const imap::Command& command);
// RFC 4314 §3, in cmd_acl.cpp; cmd_set_acl is DELETEACL's too
Task<Reply> cmd_set_acl(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_get_acl(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_list_rights(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_my_rights(ImapSession& session, const imap::Command& command);
// §6.4, selected
Task<Reply> cmd_close(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_unselect(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_expunge(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_search(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_fetch(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_store(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_copy(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_move(ImapSession& session, const imap::Command& command);
// RFC 9208 §4.1, authenticated
Task<Reply> cmd_get_quota(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_get_quota_root(ImapSession& session, const imap::Command& command);
Task<Reply> cmd_set_quota(ImapSession& session, const imap::Command& command);

/// What APPEND does once the framer has announced a message literal: reads messages from the wire and stores them.
Task<Reply> append_messages(ImapSession& session, imap::Framer::Step announced);

}  // namespace helio::store::imapd
