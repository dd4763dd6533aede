// The commands before login that need no directory.
#include "mmp/pop/login_phase.h"

namespace helio::mmp {

/// CAPA (RFC 2449 §5): the proxy's own list; what it says of the TRANSACTION state the stores keep.
Task<> PopLoginPhase::cmd_capa(std::string) {
    std::string lines = "+OK Capability list follows\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\n";
    if (frontend_.offers_starttls(session_)) lines += "STLS\r\n";
    if (frontend_.takes_passwords(session_)) lines += "USER\r\n";
    const auto mechanisms = frontend_.gate().authenticator().offered(frontend_.peer(session_), " ");
    if (!mechanisms.empty()) lines += "SASL" + mechanisms + "\r\n";
    co_await send(lines + "IMPLEMENTATION Heliograph\r\n.\r\n");
}

/// STLS (RFC 2595 §4). What was pipelined behind it is dropped before the answer: it came in plain text.
Task<> PopLoginPhase::cmd_stls(std::string) {
    if (!frontend_.offers_starttls(session_)) {
        co_await answer_bad("STLS is not available");
        co_return;
    }
    user_.clear();
    session_.client().discard_buffered();
    co_await send("+OK Begin TLS negotiation now\r\n");
    if (state_ != State::open) co_return;
    auto agreed = co_await frontend_.start_tls(session_);
    if (!agreed) end("TLS failed");
}

/// QUIT (RFC 1939 §4)
Task<> PopLoginPhase::cmd_quit(std::string) {
    co_await send("+OK Bye\r\n");
    if (state_ == State::open) end("logout");
}

/// APOP (RFC 1939 §7) would need passwords in plain text in the directory; the greeting has no timestamp either.
Task<> PopLoginPhase::cmd_apop(std::string) { co_await answer_bad("APOP is not supported"); }

}  // namespace helio::mmp
