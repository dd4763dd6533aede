// STAT, LIST and UIDL (RFC 1939 §5, §7): the maildrop's numbers.
#include "store/popd/commands.h"

namespace helio::store {
namespace {

/// One line for the message named by `argument`, or all of them; `value` prints what stands behind the number.
template <class Value>
Task<> answer(PopSession& session, std::string argument, std::string heading, Value value) {
    const auto words = pop_words(argument);
    if (!words.empty()) {
        const auto* entry = session.maildrop().find(words.front());
        if (!entry) {
            session.error({}, "No such message");
            co_return;
        }
        session.ok(std::string(words.front()) + " " + value(*entry));
        co_return;
    }
    session.ok(heading);
    std::size_t number = 0;
    for (const auto& entry : session.maildrop().entries()) {
        ++number;
        if (entry.deleted) continue;
        const bool sent = co_await session.send(std::to_string(number) + " " + value(entry) + "\r\n");
        if (!sent) co_return;
    }
    co_await session.send(".\r\n");
}

}  // namespace

Task<> cmd_stat(PopSession& session, std::string) {
    const auto& drop = session.maildrop();
    session.ok(std::to_string(drop.count()) + " " + std::to_string(drop.bytes()));
    co_return;
}

Task<> cmd_list(PopSession& session, std::string argument) {
    const auto& drop = session.maildrop();
    const auto size_of = [](const Maildrop::Entry& entry) { return std::to_string(entry.size); };
    auto heading = std::to_string(drop.count()) + " messages (" + std::to_string(drop.bytes()) + " octets)";
    co_await answer(session, std::move(argument), std::move(heading), size_of);
}

Task<> cmd_uidl(PopSession& session, std::string argument) {
    const auto& drop = session.maildrop();
    const auto id_of = [&drop](const Maildrop::Entry& entry) { return drop.unique_id(entry); };
    co_await answer(session, std::move(argument), "Unique ids follow", id_of);
}

}  // namespace helio::store
