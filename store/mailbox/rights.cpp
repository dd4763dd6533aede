#include "store/mailbox/rights.h"

#include <algorithm>

#include "common/base/text.h"
#include "store/mailbox/errc.h"

namespace helio::store {
namespace {

constexpr Rights old_create = {Right::create, Right::remove};
constexpr Rights old_delete = {Right::mark_deleted, Right::expunge};

/// `unknown`: the answer for a group where the user's groups are not known.
bool names(std::string_view identifier, std::string_view user, const GroupNames& groups, bool unknown) {
    if (identifier == anyone || identifier == authuser) return true;
    if (identifier.starts_with(anyone_prefix)) return identifier.substr(anyone_prefix.size()) == domain_of(user);
    if (!identifier.starts_with(group_prefix)) return identifier == user;
    if (!groups) return unknown;
    const auto group = identifier.substr(group_prefix.size());
    return std::ranges::find(*groups, group) != groups->end();
}

}  // namespace

std::optional<Rights> parse_rights(std::string_view letters) {
    Rights rights;
    for (const char letter : letters) {
        const auto place = right_letters.find(letter);
        if (place != std::string_view::npos) {
            rights = rights.with(Rights::of(1u << place));
        } else if (letter == 'c') {
            rights = rights.with(old_create);
        } else if (letter == 'd') {
            rights = rights.with(old_delete);
        } else {
            return std::nullopt;
        }
    }
    return rights;
}

std::string to_string(Rights rights) {
    std::string letters;
    for (std::size_t place = 0; place < right_letters.size(); ++place) {
        if (rights.has(Rights::of(1u << place))) letters += right_letters[place];
    }
    if (rights.has_any(old_create)) letters += 'c';
    if (rights.has_any(old_delete)) letters += 'd';
    return letters;
}

std::string_view domain_of(std::string_view user) {
    const auto at = user.rfind('@');
    return at == std::string_view::npos ? std::string_view() : user.substr(at + 1);
}

Result<std::string> canonical_identifier(std::string_view text, std::string_view owner) {
    constexpr std::size_t longest = 400;
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    auto name = base::to_lower(text);
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
    if (name.starts_with("group=")) name[group_prefix.size() - 1] = ':';
    const auto begin = name.starts_with(group_prefix) ? group_prefix.size() : 0;  // of the name proper
    // "$name" (other servers' groups) and "-x" behind a "-" are kept free for what may come.
    if (name.empty() || name.size() > longest || name.front() == '-' || name.front() == '$' || !base::is_utf8(name) ||
        std::ranges::any_of(name, is_control)) {
        return fail(errc::bad_name, "identifier");
    }
    if (name == "owner") {
        name = owner;
    } else if (name != anyone && name != authuser && name != anonymous) {
        const auto at = name.rfind('@');
        if (at == begin || at + 1 == name.size() || name.size() == begin) return fail(errc::bad_name, "identifier");
        if (at == std::string::npos) name += "@" + std::string(domain_of(owner));
    }
    return negative ? "-" + name : name;
}

Result<> check_rights(Rights have, Rights needed) {
    if (have.has(needed)) return {};
    return fail(have.has(Right::lookup) ? errc::no_permission : errc::no_such_mailbox);
}

Rights effective_rights(const Acl& acl, std::string_view owner, std::string_view user, const SharingRules& rules,
                        const GroupNames& groups) {
    const bool is_owner = user == owner;
    if (!is_owner && !rules.may_share(domain_of(owner), domain_of(user))) return {};
    Rights given = is_owner ? all_rights : Rights();
    Rights taken;
    for (const auto& entry : acl) {
        if (entry.identifier.starts_with('-')) {
            const auto name = std::string_view(entry.identifier).substr(1);
            if (is_owner ? name == user : names(name, user, groups, true)) taken = taken.with(entry.rights);
        } else if (is_owner) {
            // What everybody gets neither adds to the owner's rights nor stands for them.
            if (entry.identifier == user) given = entry.rights;
        } else if (names(entry.identifier, user, groups, false)) {
            given = given.with(entry.rights);
        }
    }
    const auto rights = given.without(taken);
    return is_owner ? rights.with(owner_keeps) : rights;
}

Rights strangers_rights(const Acl& acl) {
    Rights given;
    Rights taken;
    for (const auto& entry : acl) {
        const bool negative = entry.identifier.starts_with('-');
        const auto name = std::string_view(entry.identifier).substr(negative ? 1 : 0);
        if (name != anyone && name != anonymous) continue;
        (negative ? taken : given) = (negative ? taken : given).with(entry.rights);
    }
    return given.has(Right::post) && !taken.has(Right::post) ? Rights(Right::post) : Rights();
}

}  // namespace helio::store
