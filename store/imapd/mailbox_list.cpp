#include "store/imapd/mailbox_list.h"

#include <algorithm>

namespace helio::store::imapd {

std::optional<std::vector<imap::ListPattern>> MailboxList::patterns(const ImapSession& session,
                                                                    const imap::ListArguments& arguments) {
    std::vector<imap::ListPattern> result;
    for (const auto& pattern : arguments.patterns) {
        const auto decoded = imap::decode_pattern(arguments.reference + pattern, session.utf8());
        if (!decoded) return std::nullopt;
        result.emplace_back(*decoded, hierarchy_separator);
    }
    return result;
}

MailboxList::MailboxList(const UserStore& store, std::uint8_t select, bool parents)
    : select_(select), parents_(parents) {
    auto listed = store.list();
    if (listed) {
        entries_ = std::move(*listed);
    } else {
        status_ = fail(listed.error());
    }
    if (!parents_) return;
    std::set<std::string, std::less<>> known;
    for (const auto& entry : entries_) {
        known.insert(entry.name);
        if (!takes(entry)) continue;
        for (auto at = entry.name.rfind(hierarchy_separator); at != std::string::npos && at > 0;
             at = entry.name.rfind(hierarchy_separator, at - 1)) {
            if (!parents_of_taken_.insert(entry.name.substr(0, at)).second) break;
        }
    }
    // A parent may be no mailbox and have none below it, only a subscribed name.
    for (const auto& name : parents_of_taken_) {
        if (!known.contains(name)) entries_.push_back({name, std::nullopt, false, false});
    }
}

bool MailboxList::takes(const ListEntry& entry) const {
    using imap::ListArguments;
    if ((select_ & ListArguments::select_subscribed) != 0 && !entry.subscribed) return false;
    if ((select_ & ListArguments::select_special_use) != 0 &&
        (!entry.mailbox || entry.mailbox->special_use == SpecialUse::none)) {
        return false;
    }
    const bool any_option = (select_ & (ListArguments::select_subscribed | ListArguments::select_special_use)) != 0;
    return any_option || entry.mailbox || entry.has_children;
}

std::vector<ListedName> MailboxList::matching(const std::vector<imap::ListPattern>& patterns) const {
    std::vector<ListedName> result;
    for (const auto& entry : entries_) {
        const bool taken = takes(entry);
        const bool has_taken = parents_ && parents_of_taken_.contains(entry.name);
        if (!taken && !has_taken) continue;
        const bool matches = std::any_of(patterns.begin(), patterns.end(), [&entry](const imap::ListPattern& pattern) {
            return pattern.matches(entry.name);
        });
        if (matches) result.push_back({entry, taken, has_taken});
    }
    return result;
}

}  // namespace helio::store::imapd
