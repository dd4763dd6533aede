// DELE (RFC 1939 §5): a mark in the session; only QUIT deletes.
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

}  // namespace helio::store
