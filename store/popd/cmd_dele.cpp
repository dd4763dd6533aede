// DELE (RFC 1939 §5): a mark in the session; only QUIT deletes. Who lost the right to (RFC 4314: t and e) hears it now.
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_dele(PopSession& session, std::string argument) {
    const auto* entry = session.maildrop().find(pop::words_of(argument).front());
    if (!entry) {
        session.error({}, "No such message");
        co_return;
    }
    const auto mine = session.store().rights(session.maildrop().mailbox());
    if (!mine || !mine->has({Right::mark_deleted, Right::expunge})) {
        session.error("SYS/PERM", "You may not delete messages here");
        co_return;
    }
    session.maildrop().mark_deleted(*entry);
    session.ok("Marked to be deleted");
}

}  // namespace helio::store
