// Whatever the value, a filter made from it has the structure that we gave it and holds exactly that value.
#include <optional>

#include "common/base/text.h"
#include "common/ldap/filter.h"
#include "tests/support/fuzz/target.h"

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// RFC 4515 section 3, the valueencoding rule backwards; nothing for what is no assertion value.
std::optional<std::string> unescape(std::string_view text) {
    std::string value;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '*' || c == '(' || c == ')' || c == '\0') return std::nullopt;
        if (c != '\\') {
            value += c;
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[i + 1]);
        const int low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        value += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return value;
}

}  // namespace

FUZZ_TARGET(ldap_filter) {
    using helio::ldap::Filter;
    const auto escaped = helio::ldap::escape_filter_value(input);
    const auto value = unescape(escaped);
    FUZZ_CHECK(value && *value == input);
    const auto filter =
        Filter::all_of({Filter::equal(helio::ldap::schema::uid, input), Filter::present(helio::ldap::schema::mail)});
    FUZZ_CHECK(filter.text() == "(&(uid=" + escaped + ")(mail=*))");
    if (helio::ldap::is_askable(input)) FUZZ_CHECK(helio::base::is_utf8(input) && !input.empty());
}
