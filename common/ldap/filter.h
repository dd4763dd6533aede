// Filter: a search filter (RFC 4515) built from typed parts. Values are escaped here and nowhere else, so nothing that
// a client sends can change a filter's structure. Pure.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/ldap/schema.h"

namespace helio::ldap {

class Filter {
public:
    static Filter equal(Attribute attribute, std::string_view value);
    static Filter present(Attribute attribute);
    static Filter all_of(std::vector<Filter> parts);
    static Filter any_of(std::vector<Filter> parts);

    const std::string& text() const { return text_; }

private:
    explicit Filter(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// `value` as it stands in an assertion (RFC 4515 section 3): the special characters, controls and bytes above 126 as
/// \xx.
[[nodiscard]] std::string escape_filter_value(std::string_view value);

/// Longest name that is looked up; whatever is longer is absent.
inline constexpr std::size_t longest_name_bytes = 512;

/// True when `name` may be asked for: not empty, within the limit, UTF-8, no control characters.
[[nodiscard]] bool is_askable(std::string_view name);

}  // namespace helio::ldap
