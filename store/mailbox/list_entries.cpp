#include "store/mailbox/list_entries.h"

#include <algorithm>
#include <set>

#include "store/mailbox/names.h"

namespace helio::store {
namespace {

ListEntry* find(std::vector<ListEntry>& sorted, std::string_view name) {
    const auto found = std::ranges::lower_bound(sorted, name, {}, &ListEntry::name);
    return found != sorted.end() && found->name == name ? &*found : nullptr;
}

void sort_by_name(std::vector<ListEntry>& entries) {
    if (!std::ranges::is_sorted(entries, {}, &ListEntry::name)) std::ranges::sort(entries, {}, &ListEntry::name);
}

/// Marks the parents; those that are missing are given back. Each mailbox looks no further than to its nearest parent
/// that exists: that one looks further itself.
std::set<std::string, std::less<>> mark_parents(std::vector<ListEntry>& sorted) {
    std::set<std::string, std::less<>> missing;
    for (const auto& entry : sorted) {
        const std::string_view name = entry.name;
        for (auto at = name.rfind(hierarchy_separator); at != std::string_view::npos && at > 0;
             at = name.rfind(hierarchy_separator, at - 1)) {
            const auto parent = name.substr(0, at);
            if (auto* above = find(sorted, parent)) {
                above->has_children = true;
                break;
            }
            if (!missing.emplace(parent).second) break;
        }
    }
    return missing;
}

}  // namespace

std::vector<ListEntry> complete_list(std::vector<Mailbox> mailboxes, std::vector<std::string> subscriptions) {
    std::vector<ListEntry> entries;
    entries.reserve(mailboxes.size());
    for (auto& mailbox : mailboxes) {
        auto name = mailbox.name;
        entries.push_back({std::move(name), std::move(mailbox), false, false});
    }
    sort_by_name(entries);
    for (const auto& name : mark_parents(entries)) entries.push_back({name, std::nullopt, true, false});
    sort_by_name(entries);
    std::vector<ListEntry> only_subscribed;
    for (auto& name : subscriptions) {
        if (auto* entry = find(entries, name)) {
            entry->subscribed = true;
        } else {
            only_subscribed.push_back({std::move(name), std::nullopt, false, true});
        }
    }
    std::ranges::move(only_subscribed, std::back_inserter(entries));
    sort_by_name(entries);
    const auto inbox = std::ranges::lower_bound(entries, inbox_name, {}, &ListEntry::name);
    if (inbox != entries.end() && inbox->name == inbox_name) std::rotate(entries.begin(), inbox, inbox + 1);
    return entries;
}

}  // namespace helio::store
