// The commands before login that need no directory.
#include "common/pop/language.h"
#include "mmp/pop/login_phase.h"

namespace helio::mmp {

/// CAPA (RFC 2449 §5): the proxy's own list; what it says of the TRANSACTION state the stores keep.
Task<> PopLoginPhase::cmd_capa(std::string) {
    std::string lines =
        "+OK Capability list follows\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nLANG\r\n"
        "UTF8 USER\r\n";
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

/// UTF8 (RFC 6856 §2): goes on to the store with the login.
Task<> PopLoginPhase::cmd_utf8(std::string) {
    session_.utf8 = true;
    co_await send("+OK UTF8 enabled\r\n");
}

/// LANG (RFC 6856 §3): the proxy's own texts are in English; after the login the store answers.
Task<> PopLoginPhase::cmd_lang(std::string argument) { co_await send(pop::answer_lang(argument)); }

}  // namespace helio::mmp
