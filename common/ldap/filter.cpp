#include "common/ldap/filter.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::ldap {
namespace {

std::string joined(char operation, const std::vector<Filter>& parts) {
    std::string text = "(";
    text += operation;
    for (const auto& part : parts) text += part.text();
    text += ')';
    return text;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::string escape_filter_value(std::string_view value) {
    std::string escaped;
    escaped.reserve(value.size());
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte > 0x7e || c == '*' || c == '(' || c == ')' || c == '\\')
            escaped += '\\' + base::to_hex({&c, 1});
        else
            escaped += c;
    }
    return escaped;
}

Filter Filter::equal(Attribute attribute, std::string_view value) {
    std::string text = "(";
    text += attribute.name();
    text += '=';
    text += escape_filter_value(value);
    text += ')';
    return Filter(std::move(text));
}

Filter Filter::present(Attribute attribute) {
    std::string text = "(";
    text += attribute.name();
    text += "=*)";
    return Filter(std::move(text));
}

Filter Filter::all_of(std::vector<Filter> parts) { return Filter(joined('&', parts)); }
Filter Filter::any_of(std::vector<Filter> parts) { return Filter(joined('|', parts)); }

bool is_askable(std::string_view name) {
    return !name.empty() && name.size() <= longest_name_bytes && std::ranges::none_of(name, is_control) &&
           base::is_utf8(name);
}

}  // namespace helio::ldap
