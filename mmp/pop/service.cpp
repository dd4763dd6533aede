#include "mmp/pop/service.h"

#include "mmp/pop/login_phase.h"

namespace helio::mmp {

Task<> PopService::serve(net::Connection connection) {
    Session session(std::move(connection), "pop3");
    const bool logged_in = co_await log_in(session);
    if (logged_in) co_await frontend_.gate().carry(session);
    frontend_.gate().say_closed(session);
}

/// A function of its own, so that the login phase's memory is given back before the relay begins.
Task<bool> PopService::log_in(Session& session) {
    PopLoginPhase phase(session, frontend_);
    const bool logged_in = co_await phase.run();
    co_return logged_in;
}

}  // namespace helio::mmp
