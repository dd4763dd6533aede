// Printers of IMAP's basic forms: strings as atom, quoted or literal (RFC 9051 §9). They append to a string that the
// session sends; a text can't break out of its form, whatever it holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace helio::imap {

/// quoted, or a literal when `text` has CR, LF, NUL, 8-bit bytes or is long.
void print_string(std::string& out, std::string_view text);
/// atom when possible, else as print_string().
void print_astring(std::string& out, std::string_view text);
/// NIL or string.
void print_nstring(std::string& out, std::string_view text, bool present);
/// quoted with UTF-8 inside (only for clients that enabled UTF8=ACCEPT or IMAP4rev2), else a literal.
void print_utf8_string(std::string& out, std::string_view text);
/// "{n}" CRLF without the bytes.
void print_literal_header(std::string& out, std::uint64_t bytes);
void print_literal(std::string& out, std::string_view bytes);
void print_number(std::string& out, std::uint64_t number);
/// Human text after a response code: CR, LF and NUL become spaces.
void print_text(std::string& out, std::string_view text);

}  // namespace helio::imap
