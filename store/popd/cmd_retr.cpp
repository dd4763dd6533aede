// RETR (RFC 1939 §5).
#include "store/popd/send_message.h"

namespace helio::store {

Task<> cmd_retr(PopSession& session, std::string argument) {
    const auto* entry = session.maildrop().find(pop::words_of(argument).front());
    const auto body = open_message(session, entry);
    if (!body) co_return;
    session.ok(std::to_string(entry->size) + " octets");
    const bool sent = co_await send_message(session, *body, nullptr);
    if (!sent) co_return;
    session.maildrop().mark_retrieved(*entry);
    session.services().metrics.retrieved.add();
    session.count_retrieved();
}

}  // namespace helio::store
