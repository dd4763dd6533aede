#include "mta/smtpd/commands.h"

namespace helio::mta {

Task<Answer> cmd_starttls(Session& session, std::string_view argument) {
    if (auto refusal = smtp::refuse_argument(argument)) co_return std::move(*refusal);
    if (session.is_tls()) co_return smtp::reply(503, {5, 5, 1}, "TLS is active already");
    if (!session.offers_starttls()) co_return smtp::reply(502, {5, 5, 1}, "TLS not available");
    // Whatever came before the handshake could have been slipped in by somebody on the way (RFC 3207 §4.2).
    session.wire().discard_buffered();
    auto sent = co_await session.send_now(smtp::reply(220, {2, 0, 0}, "ready to start TLS"));
    if (!sent) co_return Answer(std::nullopt, true);
    const auto deadline = session.in(session.settings().write_timeout);
    auto secured = co_await session.wire().start_tls_server(session.services().tls->current(), deadline);
    if (!secured) {
        session.services().log.info("mta.tls_failed", {{"session", session.connection().id},
                                                       {"client", session.connection().client.to_string()},
                                                       {"reason", to_string(secured.error())}});
        co_return Answer(std::nullopt, true);
    }
    session.forget();
    co_return Answer(std::nullopt, false);
}

}  // namespace helio::mta
