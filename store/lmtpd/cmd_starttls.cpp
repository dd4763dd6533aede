#include "common/net/tls.h"
#include "store/lmtpd/commands.h"

namespace helio::store::lmtp {

/// STARTTLS (RFC 3207): what was pipelined behind it is dropped, and the session starts anew.
Task<Answer> cmd_starttls(LmtpSession& session, std::string_view argument) {
    if (auto refusal = smtp::refuse_argument(argument)) co_return std::move(*refusal);
    if (!session.offers_starttls()) co_return smtp::reply(503, {5, 5, 1}, "TLS is not offered here");
    session.wire().discard_buffered();
    const auto deadline = session.in(session.config().command_timeout);
    const auto ready = smtp::print(smtp::reply(220, {2, 0, 0}, "ready to start TLS"));
    const auto sent = co_await session.wire().write(ready, deadline);
    if (!sent) co_return Answer::hang_up();
    const auto secured = co_await session.wire().start_tls_server(session.services().tls->current(), deadline);
    if (!secured) {
        session.services().log.info("lmtp.tls_failed", {{"session", session.connection().id},
                                                        {"client", session.connection().client.to_string()},
                                                        {"reason", to_string(secured.error())}});
        co_return Answer::hang_up();
    }
    session.forget();
    co_return Answer({}, false);
}

}  // namespace helio::store::lmtp
