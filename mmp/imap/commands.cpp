// The commands before login that need no directory.
#include "mmp/imap/login_phase.h"

namespace helio::mmp {

/// The proxy's own list. The mailbox capabilities are promised for the stores; each answers with its own after login.
std::string ImapLoginPhase::capability() const {
    std::string words = "IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID";
    for (const auto& word : frontend_.config().imap_capability) words += " " + word;
    if (frontend_.offers_starttls(session_)) words += " STARTTLS";
    if (!frontend_.takes_passwords(session_)) words += " LOGINDISABLED";
    words += frontend_.gate().authenticator().offered(frontend_.peer(session_), " AUTH=");
    return words;
}

/// CAPABILITY (RFC 9051 §6.1.1)
Task<> ImapLoginPhase::cmd_capability(imap::Command command) {
    co_await send("* CAPABILITY " + capability() + "\r\n" + command.tag + " OK CAPABILITY completed\r\n");
}

/// ID (RFC 2971). The client's own fields go no further: only the proxy may name an originating address.
Task<> ImapLoginPhase::cmd_id(imap::Command command) {
    co_await send("* ID (\"name\" \"Heliograph\")\r\n" + command.tag + " OK ID completed\r\n");
}

/// NOOP (RFC 9051 §6.1.2)
Task<> ImapLoginPhase::cmd_noop(imap::Command command) { co_await send(command.tag + " OK NOOP completed\r\n"); }

/// LOGOUT (RFC 9051 §6.1.3)
Task<> ImapLoginPhase::cmd_logout(imap::Command command) {
    co_await send("* BYE Logging out\r\n" + command.tag + " OK LOGOUT completed\r\n");
    if (state_ == State::open) end("logout");
}

/// STARTTLS (RFC 9051 §6.2.1). What was pipelined behind it came in plain text, perhaps from somebody between us and
/// the client, and is dropped before the answer.
Task<> ImapLoginPhase::cmd_starttls(imap::Command command) {
    if (!frontend_.offers_starttls(session_)) {
        co_await answer_bad(std::move(command.tag), "STARTTLS is not available");
        co_return;
    }
    session_.client().discard_buffered();
    co_await send(command.tag + " OK Begin TLS negotiation now\r\n");
    if (state_ != State::open) co_return;
    auto agreed = co_await frontend_.start_tls(session_);
    if (!agreed) end("TLS failed");
}

}  // namespace helio::mmp
