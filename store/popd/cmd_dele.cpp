// DELE, RSET and NOOP (RFC 1939 §5): marks in the session; only QUIT deletes.
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_dele(PopSession& session, std::string argument) {
    const auto* entry = session.maildrop().find(pop_words(argument).front());
    if (!entry) {
        session.error({}, "No such message");
        co_return;
    }
    session.maildrop().mark_deleted(*entry);
    session.ok("Marked to be deleted");
}

Task<> cmd_rset(PopSession& session, std::string) {
    session.maildrop().unmark_all();
    session.ok(std::to_string(session.maildrop().count()) + " messages");
    co_return;
}

Task<> cmd_noop(PopSession& session, std::string) {
    session.ok("Nothing done");
    co_return;
}

}  // namespace helio::store
