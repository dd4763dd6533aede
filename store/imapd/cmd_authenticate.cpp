// AUTHENTICATE (RFC 9051 §6.2.2, RFC 4959): whatever auth::Authenticator offers. PLAIN with an authorization id and
// EXTERNAL are for front ends whose certificate is listed, too: they have proved the user themselves.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

namespace {

// Ends with done, or with the reply that refuses.
Task<std::optional<Reply>> converse(ImapSession& session, auth::Dialogue& dialogue,
                                    const imap::AuthenticateArguments& arguments) {
    std::optional<std::string> initial;
    if (arguments.initial_response) initial = arguments.initial_response->reveal();
    auto turn = co_await dialogue.start(std::move(initial));
    while (turn.outcome == sasl::Outcome::challenge) {
        imap::print_continuation(session.out(), turn.challenge);
        auto sent = co_await session.flush();
        if (!sent) co_return Reply::hang_up();
        auto line = co_await session.read_line(sasl::most_response_bytes, session.idle_deadline());
        if (!line && line.error().code == make_error_code(net::errc::line_too_long)) {
            co_return Reply::bad("Response too long");
        }
        if (!line && line.error().code == make_error_code(net::errc::bad_line)) {
            co_return Reply::bad("Malformed response");
        }
        if (!line) co_return Reply::hang_up();
        turn = co_await dialogue.respond(std::move(*line));
    }
    if (turn.outcome == sasl::Outcome::cancelled) co_return Reply::bad("Authentication cancelled");
    if (turn.outcome == sasl::Outcome::malformed) co_return Reply::bad("Malformed response");
    co_return std::nullopt;
}

}  // namespace

Task<Reply> cmd_authenticate(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::AuthenticateArguments>(command.arguments);
    const auto peer = session.peer();
    auto dialogue = session.services().authenticator.begin(arguments.mechanism, peer);
    if (!dialogue) {
        const auto* known = sasl::find_mechanism(arguments.mechanism);
        if (known != nullptr && known->plaintext && !peer.plaintext) {
            co_return Reply::no(imap::code::privacy_required, "Use TLS before AUTHENTICATE");
        }
        co_return Reply::no(imap::code::cannot, "Unsupported authentication mechanism");
    }
    auto refusal = co_await converse(session, *dialogue, arguments);
    if (refusal) co_return std::move(*refusal);
    auto login = co_await dialogue->finish();
    Reply reply = co_await session.conclude(std::move(login), dialogue->mechanism());
    co_return reply;
}

}  // namespace helio::store::imapd
