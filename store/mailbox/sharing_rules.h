// SharingRules: how users share mailboxes, as main reads it from [sharing].
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace helio::store {

struct SharingRules {
    std::string other_users = "Other Users";        ///< namespace of others' mailboxes; empty: none
    std::string public_folders = "Public Folders";  ///< namespace of public folders; empty: none
    std::string public_owner = "public";            ///< the user of each domain whose mailboxes are its public folders
    bool grant_anyone = true;                       ///< users may give rights to "anyone"
    bool own_seen = true;                           ///< \Seen in others' mailboxes is each user's own
    std::vector<std::vector<std::string>> joined;   ///< domains whose users may share with each other
    std::size_t acl_entries = 200;                  ///< of one mailbox
    std::size_t listed = 10'000;                    ///< mailboxes of others in one LIST

    /// `owner` is "uid@domain": its mailboxes are public folders.
    bool is_public_owner(std::string_view owner) const {
        const auto at = owner.rfind('@');
        return !public_owner.empty() && at != std::string_view::npos && owner.substr(0, at) == public_owner;
    }
    /// False: nothing of one domain is visible in the other, whatever a list says.
    bool may_share(std::string_view domain, std::string_view other) const {
        if (domain == other) return true;
        return std::ranges::any_of(joined, [&](const auto& group) {
            return std::ranges::find(group, domain) != group.end() && std::ranges::find(group, other) != group.end();
        });
    }
    /// `domain` and those joined with it, each once.
    std::vector<std::string> domains_with(std::string_view domain) const {
        std::vector<std::string> found = {std::string(domain)};
        for (const auto& group : joined) {
            if (std::ranges::find(group, domain) == group.end()) continue;
            for (const auto& other : group) {
                if (std::ranges::find(found, other) == found.end()) found.push_back(other);
            }
        }
        return found;
    }
};

}  // namespace helio::store
