// CAPA (RFC 2449 §5): what holds on this connection. What is for a login is listed after it, too, without a difference
// (RFC 2449 §6, RFC 5034 §3, RFC 6856 §2), but not to a front end, whose clients heard its own list.
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_capa(PopSession& session, std::string) {
    session.ok("Capability list follows");
    std::string lines = "TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nEXPIRE NEVER\r\nLANG\r\n";
    const auto delay = std::chrono::ceil<std::chrono::seconds>(session.config().login_delay).count();
    if (delay > 0) lines += "LOGIN-DELAY " + std::to_string(delay) + "\r\n";
    lines += "UTF8 USER\r\n";
    const bool before_login = session.state() == PopState::authorization;
    if (before_login && session.offers_stls()) lines += "STLS\r\n";
    if (before_login || !session.trusted_front_end()) {
        if (session.passwords_allowed()) lines += "USER\r\n";
        const auto mechanisms = session.services().authenticator.offered(session.peer(), " ");
        if (!mechanisms.empty()) lines += "SASL" + mechanisms + "\r\n";
    }
    session.wire().queue(lines + "IMPLEMENTATION Heliograph\r\n.\r\n");
    co_return;
}

}  // namespace helio::store
