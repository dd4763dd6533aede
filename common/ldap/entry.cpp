#include "common/ldap/entry.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::ldap {

void Entry::add(std::string_view attribute, std::string_view value) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(value, is_control)) return;
    values_[base::to_lower(attribute)].emplace_back(value);
}

const std::vector<std::string>& Entry::all(Attribute attribute) const {
    static const std::vector<std::string> none;
    const auto found = values_.find(base::to_lower(attribute.name()));
    return found == values_.end() ? none : found->second;
}

std::string_view Entry::first(Attribute attribute) const {
    const auto& values = all(attribute);
    return values.empty() ? std::string_view{} : std::string_view{values.front()};
}

bool Entry::holds(Attribute attribute, std::string_view value) const {
    return std::ranges::any_of(all(attribute),
                               [&](const std::string& held) { return base::equals_ignoring_case(held, value); });
}

}  // namespace helio::ldap
