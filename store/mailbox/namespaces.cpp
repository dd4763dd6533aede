#include "store/mailbox/namespaces.h"

#include "common/base/text.h"
#include "store/mailbox/names.h"
#include "store/mailbox/rights.h"

namespace helio::store {
namespace {

constexpr std::string_view not_in_names = "/*%";  // would be taken for a separator or a wildcard

/// `visible` is `prefix` or lies below it.
bool is_in(std::string_view visible, const std::string& prefix) {
    return !prefix.empty() && (visible == prefix || is_below(visible, prefix));
}

std::string_view below(std::string_view visible, const std::string& prefix) {
    return visible.size() > prefix.size() ? visible.substr(prefix.size() + 1) : std::string_view();
}

}  // namespace

Namespaces::Namespaces(const SharingRules& rules, std::string user) : rules_(rules), user_(std::move(user)) {
    if (rules.public_folders.empty() || rules.public_owner.empty()) return;
    public_owner_ = rules.public_owner + "@" + std::string(domain_of(user_));
}

bool Namespaces::is_shared(std::string_view visible) const {
    return is_in(visible, rules_.other_users) || is_in(visible, rules_.public_folders);
}

std::optional<OwnedName> Namespaces::resolve(std::string_view visible) const {
    if (is_in(visible, rules_.public_folders)) {
        const auto name = below(visible, rules_.public_folders);
        if (name.empty() || public_owner_.empty() || public_owner_ == user_) return std::nullopt;
        return OwnedName{public_owner_, canonical_name(name)};
    }
    if (is_in(visible, rules_.other_users)) return resolve_other(below(visible, rules_.other_users));
    return OwnedName{user_, canonical_name(visible)};
}

std::optional<OwnedName> Namespaces::resolve_other(std::string_view rest) const {
    const auto slash = rest.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == rest.size()) return std::nullopt;
    auto owner = base::to_lower(rest.substr(0, slash));
    if (owner.find('@') == std::string::npos) owner += "@" + std::string(domain_of(user_));
    if (owner == user_ || owner == public_owner_) return std::nullopt;
    return OwnedName{std::move(owner), canonical_name(rest.substr(slash + 1))};
}

std::optional<std::string> Namespaces::visible(std::string_view owner, std::string_view name) const {
    if (owner == user_) return std::string(name);
    if (owner == public_owner_) return rules_.public_folders + "/" + std::string(name);
    if (rules_.other_users.empty() || owner.find_first_of(not_in_names) != std::string_view::npos) return std::nullopt;
    const bool same_domain = domain_of(owner) == domain_of(user_);
    const auto local = same_domain ? owner.substr(0, owner.rfind('@')) : owner;
    return rules_.other_users + "/" + std::string(local) + "/" + std::string(name);
}

}  // namespace helio::store
