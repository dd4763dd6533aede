#include "common/imap/cursor.h"

#include "common/base/text.h"
#include "common/imap/char_class.h"

namespace helio::imap {

bool Cursor::take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
}

bool Cursor::take_text(std::string_view text) {
    if (failed() || !base::starts_with_ignoring_case(text_.substr(at_), text)) return false;
    at_ += text.size();
    return true;
}

bool Cursor::take_word(std::string_view word) {
    if (failed() || !base::starts_with_ignoring_case(text_.substr(at_), word)) return false;
    const std::size_t after = at_ + word.size();
    if (after < text_.size() && is_atom_char(text_[after]) && text_[after] != '[') return false;
    at_ = after;
    return true;
}

void Cursor::expect(char c, std::string_view error) {
    if (!take(c)) fail(error);
}

void Cursor::end() {
    if (!failed() && at_ != text_.size()) fail("Unexpected arguments at the end of the command");
}

std::string_view Cursor::atom(std::string_view error) { return run(is_atom_char, error); }

// astring = 1*ASTRING-CHAR / string
std::string Cursor::astring(std::string_view error) {
    if (peek() == '"' || peek() == '{') return string(error);
    return std::string(run(is_astring_char, error));
}

// list-mailbox = 1*list-char / string
std::string Cursor::list_mailbox(std::string_view error) {
    if (peek() == '"' || peek() == '{') return string(error);
    return std::string(run(is_list_char, error));
}

// string = quoted / literal
std::string Cursor::string(std::string_view error) {
    if (peek() == '"') return quoted();
    if (peek() == '{') return literal();
    fail(error);
    return {};
}

std::string Cursor::string_or_literal8(std::string_view error) {
    if (peek() == '~') {
        ++at_;
        if (peek() != '{') fail(error);
    }
    return string(error);
}

// nil = "NIL"
bool Cursor::nil() { return take_word("NIL"); }

// quoted = DQUOTE *QUOTED-CHAR DQUOTE
// QUOTED-CHAR = <any TEXT-CHAR except quoted-specials> / "\" quoted-specials / UTF8-2 / UTF8-3 / UTF8-4
std::string Cursor::quoted() {
    std::string value;
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
        char c = text_[i];
        if (c == '"') {
            at_ = i + 1;
            if (base::is_utf8(value)) return value;
            fail("Quoted string is not UTF-8; use a literal");
            return {};
        }
        if (c == '\\') {
            if (++i == text_.size() || (text_[i] != '"' && text_[i] != '\\')) {
                fail("Bad backslash in quoted string");
                return {};
            }
            c = text_[i];
        }
        if (c == '\r' || c == '\n' || c == '\0') break;
        value += c;
    }
    fail("Missing '\"' at the end of a quoted string");
    return {};
}

// literal = "{" number64 ["+"] "}" CRLF *CHAR8
std::string Cursor::literal() {
    expect('{', "Missing literal");
    const std::uint64_t bytes = number64("Bad literal size");
    take('+');
    expect('}', "Bad literal");
    expect('\r', "Bad literal");
    expect('\n', "Bad literal");
    if (failed()) return {};
    if (bytes > text_.size() - at_) {
        fail("Literal is cut short");
        return {};
    }
    std::string value(text_.substr(at_, static_cast<std::size_t>(bytes)));
    at_ += value.size();
    return value;
}

// number64 = 1*DIGIT, below 2^63
std::uint64_t Cursor::number64(std::string_view error) {
    const std::string_view digits = run(is_digit, error);
    const auto value = base::parse_number(digits);
    if (!failed() && (!value || *value > 0x7fff'ffff'ffff'ffffU)) fail(error);
    return failed() ? 0 : *value;
}

// number = 1*DIGIT, 32 bits
std::uint32_t Cursor::number(std::string_view error) {
    const std::uint64_t value = number64(error);
    if (value > 0xffff'ffffU) fail(error);
    return failed() ? 0 : static_cast<std::uint32_t>(value);
}

// nz-number = digit-nz *DIGIT
std::uint32_t Cursor::nz_number(std::string_view error) {
    if (peek() == '0') fail(error);
    return number(error);
}

}  // namespace helio::imap
