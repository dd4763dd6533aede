// NOOP (RFC 1939 §5).
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_noop(PopSession& session, std::string) {
    session.ok("Nothing done");
    co_return;
}

}  // namespace helio::store
