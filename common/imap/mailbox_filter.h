// MailboxFilter: which mailboxes NOTIFY and ESEARCH are about (RFC 5465 §6, RFC 7377 §2.2): "selected", "personal",
// "subtree" (names), and the like. Names are as on the wire.
#pragma once

#include <string>
#include <vector>

#include "common/imap/cursor.h"

namespace helio::imap {

struct MailboxFilter {
    enum class Kind { selected, selected_delayed, inboxes, personal, subscribed, subtree, subtree_one, mailboxes };
    Kind kind = Kind::selected;
    std::vector<std::string> names;  ///< of subtree, subtree_one, mailboxes; at least one
    bool operator==(const MailboxFilter&) const = default;

    bool is_selected() const { return kind == Kind::selected || kind == Kind::selected_delayed; }
};

inline constexpr std::size_t most_filter_names = 1000;

/// filter-mailboxes; fails the cursor when there is none.
MailboxFilter parse_mailbox_filter(Cursor& in);
void print_mailbox_filter(std::string& out, const MailboxFilter& filter);

}  // namespace helio::imap
