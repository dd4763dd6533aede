#include "common/mail/charset.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include <iconv.h>

#include "common/base/text.h"

namespace helio::mail {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct CloseIconv {
    using pointer = iconv_t;
    void operator()(iconv_t handle) const { iconv_close(handle); }
};

/// A name that is safe to hand to iconv: no "//TRANSLIT" and no path.
bool is_plausible(std::string_view charset) {
    return !charset.empty() && charset.size() <= 40 && std::ranges::all_of(charset, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
               c == '.' || c == ':' || c == '+';
    });
}

iconv_t open_to_utf8(std::string_view charset) {
    // What mail calls Latin-1 and ASCII is Windows-1252 in practice; the WHATWG encoding standard says the same.
    const bool latin1 = base::equals_ignoring_case(charset, "iso-8859-1");
    return iconv_open("UTF-8", latin1 ? "windows-1252" : std::string(charset).c_str());
}

bool means_utf8(std::string_view charset) {
    return charset.empty() || base::equals_ignoring_case(charset, "utf-8") ||
           base::equals_ignoring_case(charset, "utf8") || base::equals_ignoring_case(charset, "us-ascii");
}

/// Length of the valid UTF-8 sequence at the start of `text`; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (length == 0 || length > text.size() || !base::is_utf8(text.substr(0, length))) return 0;
    return length;
}

std::string cut(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    text.resize(most);
    return text;
}

std::string convert(iconv_t handle, std::string_view bytes, std::size_t most) {
    std::string text;
    std::array<char, 1024> room;
    auto* in = const_cast<char*>(bytes.data());  // iconv's prototype is not const
    std::size_t left = bytes.size();
    while (left > 0 && text.size() <= most) {
        char* out = room.data();
        std::size_t space = room.size();
        const auto status = iconv(handle, &in, &left, &out, &space);
        const int error = errno;
        text.append(room.data(), room.size() - space);
        if (status != static_cast<std::size_t>(-1) || error == E2BIG) continue;
        text += replacement;  // EILSEQ, or EINVAL: cut at the end
        ++in;
        --left;
        iconv(handle, nullptr, nullptr, nullptr, nullptr);
    }
    return text;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
    if (base::is_utf8(text)) return std::string(text);
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        const auto length = sequence_length(text);
        valid += length == 0 ? replacement : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return valid;
}

std::string to_utf8(std::string_view charset, std::string_view bytes, std::size_t most) {
    bytes = bytes.substr(0, most);
    if (means_utf8(charset) && base::is_utf8(bytes)) return cut(std::string(bytes), most);
    if (means_utf8(charset) && !base::equals_ignoring_case(charset, "us-ascii") && !charset.empty())
        return cut(valid_utf8(bytes), most);
    const bool known = is_plausible(charset) && !means_utf8(charset);
    std::unique_ptr<iconv_t, CloseIconv> handle(known ? open_to_utf8(charset) : reinterpret_cast<iconv_t>(-1));
    if (handle.get() == reinterpret_cast<iconv_t>(-1)) {
        handle.release();
        if (base::is_utf8(bytes)) return cut(std::string(bytes), most);
        const iconv_t latin1 = open_to_utf8("iso-8859-1");
        if (latin1 == reinterpret_cast<iconv_t>(-1)) return cut(valid_utf8(bytes), most);
        handle.reset(latin1);
    }
    return cut(convert(handle.get(), bytes, most), most);
}

bool is_known_charset(std::string_view charset) {
    if (means_utf8(charset)) return !charset.empty();
    if (!is_plausible(charset)) return false;
    const iconv_t handle = open_to_utf8(charset);
    if (handle == reinterpret_cast<iconv_t>(-1)) return false;
    iconv_close(handle);
    return true;
}

}  // namespace helio::mail
