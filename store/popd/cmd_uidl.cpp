// UIDL (RFC 1939 §7): names of the messages that stay the same for ever.
#include "store/popd/listing.h"

namespace helio::store {

Task<> cmd_uidl(PopSession& session, std::string argument) {
    const auto& drop = session.maildrop();
    const auto id_of = [&drop](const Maildrop::Entry& entry) { return drop.unique_id(entry); };
    co_await list_messages(session, std::move(argument), "Unique ids follow", id_of);
}

}  // namespace helio::store
