// The character classes of RFC 9051 §9, as small predicates for the framer and the cursor.
#pragma once

namespace helio::imap {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ctl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
constexpr bool is_8bit(char c) { return static_cast<unsigned char>(c) >= 0x80; }
/// list-wildcards = "%" / "*"
constexpr bool is_wildcard(char c) { return c == '%' || c == '*'; }
/// ATOM-CHAR = <any CHAR except "(" ")" "{" SP CTL list-wildcards quoted-specials resp-specials>
constexpr bool is_atom_char(char c) {
    return !is_ctl(c) && !is_8bit(c) && !is_wildcard(c) && c != '(' && c != ')' && c != '{' && c != ' ' && c != '"' &&
           c != '\\' && c != ']';
}
/// ASTRING-CHAR = ATOM-CHAR / resp-specials
constexpr bool is_astring_char(char c) { return is_atom_char(c) || c == ']'; }
/// list-char = ATOM-CHAR / list-wildcards / resp-specials
constexpr bool is_list_char(char c) { return is_astring_char(c) || is_wildcard(c); }
/// tag = 1*<any ASTRING-CHAR except "+">
constexpr bool is_tag_char(char c) { return is_astring_char(c) && c != '+'; }

}  // namespace helio::imap
