// STLS (RFC 2595 §4): what the client sent before the handshake is dropped, so it can't be injected.
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_stls(PopSession& session, std::string) {
    if (!session.offers_stls()) {
        session.bad("TLS is not available here");
        co_return;
    }
    session.pending_user().clear();
    session.wire().discard_buffered();
    session.ok("Begin TLS negotiation now");
    const bool sent = co_await session.flush();
    if (!sent) co_return;
    auto secured = co_await session.wire().start_tls_server(session.services().tls->current(), session.deadline());
    if (!secured) session.end(to_string(secured.error()));
}

}  // namespace helio::store
