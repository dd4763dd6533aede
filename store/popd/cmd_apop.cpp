// APOP (RFC 1939 §7): the digest of the greeting's timestamp and the password, where the site has CRAM-MD5 on.
#include "common/base/text.h"
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_apop(PopSession& session, std::string argument) {
    auto dialogue = session.services().authenticator.begin_apop(session.timestamp(), session.peer());
    if (!dialogue || session.timestamp().empty()) {
        session.bad("APOP is not available here");
        co_return;
    }
    const auto turn = co_await dialogue->start(base::base64_encode(argument));
    if (turn.outcome != sasl::Outcome::done) {
        session.bad("Bad name or digest");
        co_return;
    }
    auto login = co_await dialogue->finish();
    co_await session.conclude(std::move(login), dialogue->mechanism());
}

}  // namespace helio::store
