// UTF8 (RFC 6856 §2): the client understands UTF-8 in headers.
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_utf8(PopSession& session, std::string) {
    // Messages go out as they came whether asked for or not: see the README's deviations.
    session.ok("UTF8 enabled");
    co_return;
}

}  // namespace helio::store
