// STARTTLS (RFC 9051 §6.2.1): what the client sent before the handshake is dropped, so it can't be injected.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_starttls(ImapSession& session, const imap::Command& command) {
    if (session.wire().is_tls()) co_return Reply::bad("TLS is active already");
    if (!session.services().tls || !session.connection().starttls) co_return Reply::bad("TLS is not available here");
    imap::print_status_response(session.out(), command.tag, imap::Status::ok, {}, "Begin TLS negotiation now");
    session.wire().discard_buffered();
    auto sent = co_await session.flush();
    if (!sent) co_return Reply::hang_up();
    auto secured = co_await session.wire().start_tls_server(session.services().tls->current(), session.idle_deadline());
    if (!secured) {
        session.note_end(secured.error());
        co_return Reply::hang_up();
    }
    co_return Reply::already_sent();
}

}  // namespace helio::store::imapd
