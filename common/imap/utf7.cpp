#include "common/imap/utf7.h"

#include <cstdint>
#include <vector>

#include "common/base/text.h"

namespace helio::imap {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

bool is_direct(char32_t c) { return c >= 0x20 && c <= 0x7e; }

// The next code point of well-formed UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at++);
    if (lead < 0x80) return lead;
    const unsigned more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    char32_t c = lead & (0x3fU >> more);
    for (unsigned i = 0; i < more && at < text.size(); ++i) c = (c << 6) | (byte(at++) & 0x3fU);
    return c;
}

void append_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else {
        out += static_cast<char>(0xf0 | (c >> 18));
        out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    }
}

// "&" base64 of UTF-16BE "-"
void append_shifted(std::string& out, const std::vector<std::uint16_t>& units) {
    out += '&';
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const std::uint16_t unit : units) {
        bits = (bits << 16) | unit;
        count += 16;
        while (count >= 6) {
            count -= 6;
            out += alphabet[(bits >> count) & 0x3f];
        }
    }
    if (count > 0) out += alphabet[(bits << (6 - count)) & 0x3f];
    out += '-';
}

// The UTF-16 units of one shifted run; nothing when bits are left over that are not zero padding.
std::optional<std::vector<std::uint16_t>> decode_run(std::string_view run) {
    std::vector<std::uint16_t> units;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : run) {
        const auto digit = alphabet.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count < 16) continue;
        count -= 16;
        units.push_back(static_cast<std::uint16_t>(bits >> count));
    }
    if (units.empty() || count >= 6 || (bits & ((1U << count) - 1)) != 0) return std::nullopt;
    return units;
}

bool append_units(std::string& out, const std::vector<std::uint16_t>& units) {
    for (std::size_t i = 0; i < units.size(); ++i) {
        char32_t c = units[i];
        if (c >= 0xd800 && c <= 0xdfff) {
            if (c >= 0xdc00 || i + 1 == units.size()) return false;
            const char32_t low = units[++i];
            if (low < 0xdc00 || low > 0xdfff) return false;
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        }
        if (is_direct(c)) return false;
        append_utf8(out, c);
    }
    return true;
}

}  // namespace

std::string encode_utf7(std::string_view utf8) {
    std::string out;
    std::vector<std::uint16_t> units;
    for (std::size_t at = 0; at < utf8.size();) {
        const char32_t c = next_code_point(utf8, at);
        if (is_direct(c)) {
            if (!units.empty()) append_shifted(out, units);
            units.clear();
            out += static_cast<char>(c);
            if (c == '&') out += '-';
        } else if (c < 0x10000) {
            units.push_back(static_cast<std::uint16_t>(c));
        } else {
            units.push_back(static_cast<std::uint16_t>(0xd800 + ((c - 0x10000) >> 10)));
            units.push_back(static_cast<std::uint16_t>(0xdc00 + ((c - 0x10000) & 0x3ff)));
        }
    }
    if (!units.empty()) append_shifted(out, units);
    return out;
}

std::optional<std::string> decode_utf7(std::string_view wire) {
    std::string out;
    bool after_run = false;
    for (std::size_t at = 0; at < wire.size(); ++at) {
        if (!is_direct(static_cast<unsigned char>(wire[at]))) return std::nullopt;
        if (wire[at] != '&') {
            out += wire[at];
            after_run = false;
            continue;
        }
        const auto end = wire.find('-', at);
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view run = wire.substr(at + 1, end - at - 1);
        at = end;
        if (run.empty()) {
            out += '&';
            after_run = false;
            continue;
        }
        const auto units = decode_run(run);
        if (after_run || !units || !append_units(out, *units)) return std::nullopt;
        after_run = true;
    }
    return out;
}

}  // namespace helio::imap
