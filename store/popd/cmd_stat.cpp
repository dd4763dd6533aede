// STAT (RFC 1939 §5): messages and octets, without those marked deleted.
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_stat(PopSession& session, std::string) {
    const auto& drop = session.maildrop();
    session.ok(std::to_string(drop.count()) + " " + std::to_string(drop.bytes()));
    co_return;
}

}  // namespace helio::store
