// LIST (RFC 1939 §5): sizes of the messages.
#include "store/popd/listing.h"

namespace helio::store {

Task<> cmd_list(PopSession& session, std::string argument) {
    const auto& drop = session.maildrop();
    const auto size_of = [](const Maildrop::Entry& entry) { return std::to_string(entry.size); };
    auto heading = std::to_string(drop.count()) + " messages (" + std::to_string(drop.bytes()) + " octets)";
    co_await list_messages(session, std::move(argument), std::move(heading), size_of);
}

}  // namespace helio::store
