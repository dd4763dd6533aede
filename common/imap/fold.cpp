#include "common/imap/fold.h"

#include <array>
#include <cstring>
#include <span>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

namespace helio::imap {

namespace {

constexpr std::size_t short_text = 256;  // most subjects and addresses: folded without a string

// Upper case of ASCII; says whether there was anything else. Written so that the compiler makes vector code of it.
bool fold_ascii(std::span<char> text) {
    unsigned char seen = 0;
    for (char& c : text) {
        const auto byte = static_cast<unsigned char>(c);
        seen |= byte;
        const bool is_lower = static_cast<unsigned char>(byte - 'a') < 26;
        c = static_cast<char>(byte - (is_lower ? 0x20 : 0));
    }
    return seen < 0x80;
}

void append_code_point(std::string& out, UChar32 c) {
    std::array<char, U8_MAX_LENGTH> bytes;
    std::size_t length = 0;
    U8_APPEND_UNSAFE(bytes.data(), length, c);
    out.append(bytes.data(), length);
}

// RFC 5051 §2 step 2: title case, then the decomposition of any type, all the way down.
void append_folded(std::string& out, UChar32 c, const UNormalizer2* normalizer) {
    const UChar32 title = u_totitle(c);
    std::array<UChar, 32> parts;  // the longest has 18
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length =
        unorm2_getDecomposition(normalizer, title, parts.data(), static_cast<std::int32_t>(parts.size()), &status);
    if (length < 0 || U_FAILURE(status)) return append_code_point(out, title);
    for (std::int32_t i = 0; i < length;) {
        UChar32 part = 0;
        U16_NEXT_UNSAFE(parts.data(), i, part);
        append_code_point(out, part);
    }
}

}  // namespace

std::string fold(std::string_view utf8) {
    std::string out(utf8);
    if (fold_ascii(out)) return out;
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2* const normalizer = unorm2_getNFKDInstance(&status);
    if (U_FAILURE(status)) return out;
    out.clear();
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    const std::size_t size = utf8.size();
    for (std::size_t i = 0; i < size;) {
        UChar32 c = bytes[i];
        if (c < 0x80) {
            out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 0x20 : c);
            ++i;
            continue;
        }
        U8_NEXT(bytes, i, size, c);
        if (c < 0) return std::string(utf8);
        append_folded(out, c, normalizer);
    }
    return out;
}

bool contains_folded(std::string_view text, std::string_view folded_part) {
    if (folded_part.empty()) return true;
    if (text.empty()) return false;
    std::array<char, short_text> brief;
    if (text.size() <= brief.size()) {
        const auto length = text.copy(brief.data(), brief.size());
        if (fold_ascii({brief.data(), length}))
            return memmem(brief.data(), length, folded_part.data(), folded_part.size()) != nullptr;
    }
    const std::string folded = fold(text);
    return memmem(folded.data(), folded.size(), folded_part.data(), folded_part.size()) != nullptr;
}

}  // namespace helio::imap
