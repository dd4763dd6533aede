// The arguments of NOTIFY (RFC 5465): which events of which mailboxes a client wants to hear of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/imap/fetch_item.h"
#include "common/imap/mailbox_filter.h"

namespace helio::imap {

/// Bits of EventGroup::events.
enum NotifyEvent : std::uint16_t {
    event_message_new = 1,
    event_message_expunge = 2,
    event_flag_change = 4,
    event_annotation_change = 8,
    event_mailbox_name = 16,
    event_subscription_change = 32,
    event_mailbox_metadata = 64,
    event_server_metadata = 128,
};
inline constexpr std::uint16_t message_events = 15;

struct EventGroup {
    MailboxFilter filter;
    std::uint16_t events = 0;      ///< 0: NONE
    std::vector<FetchItem> items;  ///< what MessageNew tells of each message; of the selected mailbox only
    bool operator==(const EventGroup&) const = default;
};

struct NotifyArguments {
    bool status = false;             ///< SET STATUS
    std::vector<EventGroup> groups;  ///< empty: NOTIFY NONE
    bool operator==(const NotifyArguments&) const = default;
};

/// Enforces what RFC 5465 §5 says of which events go together.
NotifyArguments parse_notify(Cursor& in);
void print(std::string& out, const NotifyArguments& arguments);

}  // namespace helio::imap
