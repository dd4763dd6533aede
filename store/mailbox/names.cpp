#include "store/mailbox/names.h"

#include <algorithm>

#include "common/base/text.h"
#include "store/mailbox/errc.h"
#include "store/mailbox/message.h"

namespace helio::store {

std::string canonical_name(std::string_view name) {
    if (name.size() > 1 && name.ends_with(hierarchy_separator)) name.remove_suffix(1);
    std::string canonical(name);
    const auto first_part = name.substr(0, name.find(hierarchy_separator));
    if (base::equals_ignoring_case(first_part, inbox_name)) canonical.replace(0, first_part.size(), inbox_name);
    return canonical;
}

Result<> check_name(std::string_view name, const NameLimits& limits) {
    if (name.empty() || name.size() > limits.bytes) return fail(errc::bad_name, "length");
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (!base::is_utf8(name) || std::ranges::any_of(name, is_control)) return fail(errc::bad_name, "characters");
    const auto parts = base::split(name, hierarchy_separator);
    if (parts.size() > limits.depth) return fail(errc::bad_name, "depth");
    if (std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); })) {
        return fail(errc::bad_name, "empty part");
    }
    return {};
}

Result<> check_own_name(std::string_view name, const NameLimits& limits, const SharingRules& sharing) {
    for (const auto& others : {sharing.other_users, sharing.public_folders}) {
        if (!others.empty() && (name == others || is_below(name, others))) return fail(errc::bad_name, "of others");
    }
    return check_name(name, limits);
}

std::vector<std::string> parents_of(std::string_view name) {
    std::vector<std::string> parents;
    for (auto at = name.find(hierarchy_separator); at != std::string_view::npos;
         at = name.find(hierarchy_separator, at + 1)) {
        parents.emplace_back(name.substr(0, at));
    }
    return parents;
}

bool is_below(std::string_view name, std::string_view parent) {
    return name.size() > parent.size() && name.starts_with(parent) && name[parent.size()] == hierarchy_separator;
}

}  // namespace helio::store
