#include "mmp/imap/response_line.h"

#include "common/base/text.h"

namespace helio::mmp {
namespace {

/// Cuts the next word off `rest`, with the space behind it.
std::string_view take_word(std::string_view& rest) {
    const auto end = rest.find(' ');
    const auto word = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return word;
}

}  // namespace

// response-tagged = tag SP resp-cond-state; resp-text = ["[" resp-text-code "]" SP] text
ImapResponseLine parse_imap_response(std::string_view line) {
    ImapResponseLine parsed;
    parsed.tag = take_word(line);
    if (parsed.tag == "+") {
        parsed.text = line;
        return parsed;
    }
    parsed.word = take_word(line);
    parsed.text = line;
    if (!line.starts_with('[')) return parsed;
    const auto close = line.find(']');
    if (close == std::string_view::npos) return parsed;
    auto inside = line.substr(1, close - 1);
    parsed.code = take_word(inside);
    parsed.arguments = inside;
    auto text = line.substr(close + 1);
    if (text.starts_with(' ')) text.remove_prefix(1);
    parsed.text = text;
    return parsed;
}

bool has_word(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        if (base::equals_ignoring_case(take_word(list), word)) return true;
    }
    return false;
}

}  // namespace helio::mmp
