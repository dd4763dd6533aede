// Entry: one directory entry as a search returned it: its DN and the values of the attributes that were asked for.
// Values with control characters are left out when it is made: none of our attributes has them. A plain value type.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/ldap/schema.h"

namespace helio::ldap {

class Entry {
public:
    explicit Entry(std::string dn) : dn_(std::move(dn)) {}

    const std::string& dn() const { return dn_; }
    /// Adds a value of `attribute` (any case), unless it holds a control character.
    void add(std::string_view attribute, std::string_view value);

    const std::vector<std::string>& all(Attribute attribute) const;
    /// The first value, or empty.
    std::string_view first(Attribute attribute) const;
    /// True when one of the values is `value` but for ASCII case: what the server thinks equal beyond that (spaces that
    /// it drops, folded letters) is not equal to us.
    bool holds(Attribute attribute, std::string_view value) const;

private:
    std::string dn_;
    std::map<std::string, std::vector<std::string>, std::less<>> values_;  // by lower-case name
};

}  // namespace helio::ldap
