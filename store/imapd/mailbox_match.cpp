#include "store/imapd/mailbox_match.h"

#include <algorithm>

#include "store/mailbox/names.h"

namespace helio::store::imapd {

namespace {

using Kind = imap::MailboxFilter::Kind;

bool is_child(std::string_view name, std::string_view parent) {
    return is_below(name, parent) && name.find(hierarchy_separator, parent.size() + 1) == std::string_view::npos;
}

}  // namespace

MailboxMatch::MailboxMatch(const ImapSession& session, const imap::MailboxFilter& filter)
    : kind_(filter.kind), user_(session.store().user()), namespaces_(&session.store().namespaces()) {
    for (const auto& wire : filter.names) {
        if (auto name = session.decode(wire)) names_.push_back(std::move(*name));
    }
}

bool MailboxMatch::matches(const ListEntry& entry) const {
    const auto any = [&](auto fits) { return std::any_of(names_.begin(), names_.end(), fits); };
    // A name without a mailbox is whose it would be.
    const bool own = entry.mailbox ? entry.mailbox->id.owner() == user_ : !namespaces_->is_shared(entry.name);
    switch (kind_) {
        case Kind::inboxes:
            return own && entry.mailbox && entry.mailbox->id.is_inbox();
        case Kind::personal:
            return own;
        case Kind::subscribed:
            return entry.subscribed;
        case Kind::subtree:
            return any([&](const std::string& name) { return entry.name == name || is_below(entry.name, name); });
        case Kind::subtree_one:
            return any([&](const std::string& name) { return entry.name == name || is_child(entry.name, name); });
        case Kind::mailboxes:
            return any([&](const std::string& name) { return entry.name == name; });
        case Kind::selected:
        case Kind::selected_delayed:
            break;
    }
    return false;
}

}  // namespace helio::store::imapd
