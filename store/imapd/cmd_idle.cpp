// IDLE (RFC 9051 §6.3.13): news is told as it happens; the mailbox's watch wakes the wire.
#include "common/base/text.h"
#include "store/imapd/commands.h"

namespace helio::store::imapd {

namespace {

constexpr std::size_t most_done_bytes = 64;

}  // namespace

Task<Reply> cmd_idle(ImapSession& session, const imap::Command&) {
    imap::print_continuation(session.out(), "idling");
    const auto until = session.idle_deadline();
    for (;;) {
        auto told = co_await session.tell_news(true);
        if (!told) co_return Reply::hang_up();
        auto sent = co_await session.flush();
        if (!sent) co_return Reply::hang_up();
        const bool input = co_await session.wait_idle(until);
        if (input) break;
        const bool late = session.services().clock.now() >= until;
        if (!session.stopping() && !late && !session.wire().interrupted()) continue;
        session.untagged(imap::Status::bye, {}, late ? "Autologout; idle for too long" : "Server is shutting down");
        sent = co_await session.flush();
        co_return Reply::hang_up();
    }
    const auto line = co_await session.read_line(most_done_bytes, until);
    if (!line && line.error().code != make_error_code(net::errc::line_too_long)) co_return Reply::hang_up();
    if (!line || !base::equals_ignoring_case(*line, "DONE")) co_return Reply::bad("Expected DONE");
    co_return Reply::ok("Idle completed");
}

}  // namespace helio::store::imapd
