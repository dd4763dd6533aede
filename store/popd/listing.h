// list_messages(): what LIST and UIDL share (RFC 1939 §5, §7): one line for the message named, or a line for each.
#pragma once

#include <string>
#include <utility>

#include "store/popd/commands.h"

namespace helio::store {

inline constexpr std::size_t listing_bytes = 16 * 1024;  // gathered before they are sent

/// `value` prints what stands behind the number of an entry.
template <class Value>
Task<> list_messages(PopSession& session, std::string argument, std::string heading, Value value) {
    const auto words = pop::words_of(argument);
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
    std::string lines;
    for (const auto& entry : session.maildrop().entries()) {
        ++number;
        if (entry.deleted) continue;
        lines += std::to_string(number) + " " + value(entry) + "\r\n";
        if (lines.size() < listing_bytes) continue;
        const bool sent = co_await session.send(lines);
        if (!sent) co_return;
        lines.clear();
    }
    co_await session.send(lines + ".\r\n");
}

}  // namespace helio::store
