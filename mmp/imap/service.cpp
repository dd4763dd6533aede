#include "mmp/imap/service.h"

#include "mmp/imap/login_phase.h"

namespace helio::mmp {

Task<> ImapService::serve(net::Connection connection) {
    Session session(std::move(connection), "imap");
    const bool logged_in = co_await log_in(session);
    if (logged_in) co_await frontend_.gate().carry(session);
    frontend_.gate().say_closed(session);
}

/// A function of its own, so that the login phase's memory is given back before the relay begins.
Task<bool> ImapService::log_in(Session& session) {
    ImapLoginPhase phase(session, frontend_);
    const bool logged_in = co_await phase.run();
    co_return logged_in;
}

}  // namespace helio::mmp
