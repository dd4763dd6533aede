// Namespaces: how the mailboxes of others are named to one user (RFC 2342): "Other Users/bob/Folder",
// "Other Users/erin@hosted.test/Folder" for another domain, "Public Folders/News" for those of the domain's public
// owner; everything else is his own. Pure: whether a mailbox exists or may be seen is not asked here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/mailbox/sharing_rules.h"

namespace helio::store {

/// A name as its owner knows it.
struct OwnedName {
    std::string owner;  ///< user@domain; the user's own name for his own
    std::string name;   ///< canonical
    bool operator==(const OwnedName&) const = default;
};

class Namespaces {
public:
    /// `user` is "uid@domain"; `rules` must outlive it.
    Namespaces(const SharingRules& rules, std::string user);

    /// Nothing for a name in a shared namespace that can't be a mailbox ("Other Users/bob").
    std::optional<OwnedName> resolve(std::string_view visible) const;
    /// How `user` sees a mailbox of `owner`; nothing when its owner's name does not fit into a name.
    std::optional<std::string> visible(std::string_view owner, std::string_view name) const;
    /// True for names in a shared namespace and for the namespaces themselves.
    bool is_shared(std::string_view visible) const;
    /// The owner of the public folders that this user sees; empty: none.
    const std::string& public_owner() const { return public_owner_; }

private:
    std::optional<OwnedName> resolve_other(std::string_view rest) const;

    const SharingRules& rules_;
    std::string user_;
    std::string public_owner_;
};

}  // namespace helio::store
