#include "common/imap/fold.h"

#include <algorithm>

namespace helio::imap {

namespace {

bool is_ascii(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// Where upper and lower case alternate, the even (or odd) code point is the capital.
bool in_even_pairs(char32_t c) {
    return (c >= 0x100 && c <= 0x137 && c != 0x130 && c != 0x131) || (c >= 0x14a && c <= 0x177) ||
           (c >= 0x1de && c <= 0x1ef) || (c >= 0x1f8 && c <= 0x21f) || (c >= 0x222 && c <= 0x233) ||
           (c >= 0x3d8 && c <= 0x3ef) || (c >= 0x460 && c <= 0x481) || (c >= 0x48a && c <= 0x4bf) ||
           (c >= 0x4d0 && c <= 0x52f) || (c >= 0x1e00 && c <= 0x1e95) || (c >= 0x1ea0 && c <= 0x1eff);
}
bool in_odd_pairs(char32_t c) {
    return (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e) || (c >= 0x1cd && c <= 0x1dc) ||
           (c >= 0x4c1 && c <= 0x4ce);
}

char32_t fold_code_point(char32_t c) {
    if (c < 0x80) return static_cast<unsigned char>(lower(static_cast<char>(c)));
    if (c >= 0xc0 && c <= 0xde && c != 0xd7) return c + 0x20;
    if (c == 0x178) return 0xff;
    if (in_even_pairs(c)) return c | 1U;
    if (in_odd_pairs(c)) return c + (c & 1U);
    if (c >= 0x391 && c <= 0x3ab && c != 0x3a2) return c + 0x20;
    if (c == 0x3c2) return 0x3c3;  // final sigma
    if (c == 0x386) return 0x3ac;
    if (c >= 0x388 && c <= 0x38a) return c + 37;
    if (c == 0x38c) return 0x3cc;
    if (c == 0x38e || c == 0x38f) return c + 63;
    if (c >= 0x400 && c <= 0x40f) return c + 80;
    if (c >= 0x410 && c <= 0x42f) return c + 32;
    if (c >= 0x531 && c <= 0x556) return c + 48;
    return c;
}

void append_two_or_three(std::string& out, char32_t c) {
    if (c < 0x800) {
        out += static_cast<char>(0xc0 | (c >> 6));
    } else {
        out += static_cast<char>(0xe0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
    }
    out += static_cast<char>(0x80 | (c & 0x3f));
}

bool is_more(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80;
}

}  // namespace

std::string fold(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        if (lead < 0x80) {
            out += lower(utf8[i++]);
        } else if (lead >= 0xc2 && lead < 0xe0 && is_more(utf8, i + 1)) {
            const char32_t c = ((lead & 0x1fU) << 6) | (static_cast<unsigned char>(utf8[i + 1]) & 0x3fU);
            append_two_or_three(out, fold_code_point(c));
            i += 2;
        } else if (lead >= 0xe0 && lead < 0xf0 && is_more(utf8, i + 1) && is_more(utf8, i + 2)) {
            const char32_t c = ((lead & 0x0fU) << 12) | ((static_cast<unsigned char>(utf8[i + 1]) & 0x3fU) << 6) |
                               (static_cast<unsigned char>(utf8[i + 2]) & 0x3fU);
            append_two_or_three(out, fold_code_point(c));
            i += 3;
        } else {
            out += utf8[i++];
        }
    }
    return out;
}

bool contains_folded(std::string_view text, std::string_view folded_part) {
    if (folded_part.empty()) return true;
    if (!is_ascii(folded_part)) return fold(text).find(folded_part) != std::string::npos;
    const char first = folded_part.front();
    const auto same = [](char a, char b) { return lower(a) == b; };
    if (text.size() < folded_part.size()) return false;
    const std::size_t last = text.size() - folded_part.size();
    for (std::size_t i = 0; i <= last; ++i) {
        if (lower(text[i]) != first) continue;
        if (std::equal(text.begin() + static_cast<std::ptrdiff_t>(i),
                       text.begin() + static_cast<std::ptrdiff_t>(i + folded_part.size()), folded_part.begin(), same)) {
            return true;
        }
    }
    return false;
}

}  // namespace helio::imap
