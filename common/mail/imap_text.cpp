#include "common/mail/imap_text.h"

#include <algorithm>

namespace helio::mail {

void append_imap_string(std::string& into, std::string_view text) {
    const bool quotable = std::ranges::all_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\r' && c != '\n' && c != '\0'; });
    if (!quotable) {
        const auto nuls = static_cast<std::size_t>(std::ranges::count(text, '\0'));
        into += "{" + std::to_string(text.size() - nuls) + "}\r\n";
        std::ranges::copy_if(text, std::back_inserter(into), [](char c) { return c != '\0'; });
        return;
    }
    into.push_back('"');
    for (const char c : text) {
        if (c == '"' || c == '\\') into.push_back('\\');
        into.push_back(c);
    }
    into.push_back('"');
}

void append_imap_nstring(std::string& into, const std::optional<std::string>& text) {
    if (!text) {
        into += "NIL";
        return;
    }
    append_imap_string(into, *text);
}

}  // namespace helio::mail
