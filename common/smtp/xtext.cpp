#include "common/smtp/xtext.h"

namespace helio::smtp {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

bool is_xchar(char c) { return c >= '!' && c <= '~' && c != '+' && c != '='; }

}  // namespace

std::string xtext_encode(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    for (const char c : bytes) {
        if (is_xchar(c)) {
            text += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        text += '+';
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::optional<std::string> xtext_decode(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_xchar(text[i])) {
            bytes += text[i];
            continue;
        }
        if (text[i] != '+' || text.size() - i < 3) return std::nullopt;
        const auto high = digits.find(text[i + 1]);
        const auto low = digits.find(text[i + 2]);
        if (high == digits.npos || low == digits.npos) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return bytes;
}

}  // namespace helio::smtp
