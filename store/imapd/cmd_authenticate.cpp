// AUTHENTICATE (RFC 9051 §6.2.2, RFC 4959): PLAIN and LOGIN for users; PLAIN with an authorization id and EXTERNAL for
// front ends whose certificate is listed: they have proved the user themselves.
#include "common/sasl/exchange.h"
#include "store/imapd/commands.h"

namespace helio::store::imapd {

namespace {

// Ends with credentials, or with the reply that refuses.
Task<std::expected<sasl::Credentials, Reply>> run_exchange(ImapSession& session, sasl::Exchange& exchange,
                                                           const imap::AuthenticateArguments& arguments) {
    std::optional<std::string_view> initial;
    if (arguments.initial_response) initial = arguments.initial_response->reveal();
    sasl::Turn turn = exchange.start(initial);
    while (turn.outcome == sasl::Outcome::challenge) {
        imap::print_continuation(session.out(), turn.challenge);
        auto sent = co_await session.flush();
        if (!sent) co_return std::unexpected(Reply::hang_up());
        const auto line = co_await session.read_line(sasl::most_response_bytes, session.idle_deadline());
        if (!line && line.error().code == make_error_code(net::errc::line_too_long)) {
            co_return std::unexpected(Reply::bad("Response too long"));
        }
        if (!line) co_return std::unexpected(Reply::hang_up());
        turn = exchange.respond(*line);
    }
    if (turn.outcome == sasl::Outcome::cancelled) co_return std::unexpected(Reply::bad("Authentication cancelled"));
    if (turn.outcome == sasl::Outcome::malformed) co_return std::unexpected(Reply::bad("Malformed response"));
    co_return exchange.take_credentials();
}

}  // namespace

Task<Reply> cmd_authenticate(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::AuthenticateArguments>(command.arguments);
    const std::string proxy = session.proxy_name();
    const bool external = arguments.mechanism == "EXTERNAL";
    if (!external && !session.passwords_allowed()) {
        co_return Reply::no(imap::code::privacy_required, "Use TLS before AUTHENTICATE");
    }
    auto exchange = sasl::Exchange::begin(arguments.mechanism);
    if (!exchange || (external && proxy.empty())) {
        co_return Reply::no(imap::code::cannot, "Unsupported authentication mechanism");
    }
    auto credentials = co_await run_exchange(session, *exchange, arguments);
    if (!credentials) co_return credentials.error();

    const std::string& acts_as = credentials->authorization_id;
    if (!proxy.empty() && !acts_as.empty()) {
        Reply entered = co_await session.enter(acts_as, nullptr, "proxy " + proxy);
        co_return entered;
    }
    if (external) co_return Reply::no(imap::code::authorization_failed, "An authorization identity is needed");
    if (!acts_as.empty() && acts_as != credentials->authentication_id) {
        co_return Reply::no(imap::code::authorization_failed, "Acting as another user is not allowed");
    }
    auto verdict = co_await session.services().authenticator.login(
        credentials->authentication_id, credentials->password, session.connection().client.address, "imap");
    if (verdict.verdict != auth::Verdict::ok) {
        co_return session.refuse_login(credentials->authentication_id, verdict);
    }
    std::string name = verdict.user->store_name();
    Reply reply = co_await session.enter(std::move(name), verdict.user, arguments.mechanism);
    co_return reply;
}

}  // namespace helio::store::imapd
