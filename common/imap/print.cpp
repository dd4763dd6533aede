#include "common/imap/print.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/base/text.h"
#include "common/imap/char_class.h"

namespace helio::imap {

namespace {

constexpr std::size_t most_quoted_bytes = 1000;

void print_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

bool has_line_bytes(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace

void print_string(std::string& out, std::string_view text) {
    if (text.size() > most_quoted_bytes || has_line_bytes(text) || std::any_of(text.begin(), text.end(), is_8bit)) {
        return print_literal(out, text);
    }
    print_quoted(out, text);
}

void print_utf8_string(std::string& out, std::string_view text) {
    if (text.size() > most_quoted_bytes || has_line_bytes(text) || !base::is_utf8(text))
        return print_literal(out, text);
    print_quoted(out, text);
}

void print_astring(std::string& out, std::string_view text) {
    const bool atom = !text.empty() && text.size() <= most_quoted_bytes &&
                      std::all_of(text.begin(), text.end(), is_astring_char) &&
                      !base::equals_ignoring_case(text, "NIL");
    if (atom) {
        out += text;
    } else {
        print_string(out, text);
    }
}

void print_nstring(std::string& out, std::string_view text, bool present) {
    if (present) {
        print_string(out, text);
    } else {
        out += "NIL";
    }
}

void print_literal_header(std::string& out, std::uint64_t bytes) {
    out += '{';
    print_number(out, bytes);
    out += "}\r\n";
}

void print_literal(std::string& out, std::string_view bytes) {
    print_literal_header(out, bytes.size());
    out += bytes;
}

void print_number(std::string& out, std::uint64_t number) {
    std::array<char, 24> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
    out.append(text.data(), end.ptr);
}

void print_text(std::string& out, std::string_view text) {
    for (const char c : text) out += is_ctl(c) ? ' ' : c;
}

}  // namespace helio::imap
