// RSET (RFC 1939 §5): takes the marks of DELE away.
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_rset(PopSession& session, std::string) {
    session.maildrop().unmark_all();
    session.ok(std::to_string(session.maildrop().count()) + " messages");
    co_return;
}

}  // namespace helio::store
