// NOOP (RFC 9051 §6.1.2) and CHECK (RFC 3501 §6.4.1): the dispatcher tells the news.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_noop(ImapSession&, const imap::Command& command) {
    co_return Reply::ok(command.verb == imap::Verb::check ? "Check completed" : "NOOP completed");
}

}  // namespace helio::store::imapd
