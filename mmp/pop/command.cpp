#include "mmp/pop/command.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::mmp {

// command = keyword *(SP param); keyword = 3*4VCHAR
std::optional<PopCommand> parse_pop_command(std::string_view line) {
    const bool clean =
        std::ranges::none_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (!clean) return std::nullopt;
    const auto space = line.find(' ');
    const auto keyword = line.substr(0, space);
    if (keyword.size() < 3 || keyword.size() > 4) return std::nullopt;
    const bool letters = std::ranges::all_of(keyword, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '8';  // of UTF8
    });
    if (!letters) return std::nullopt;
    return PopCommand{base::to_upper(keyword),
                      space == std::string_view::npos ? std::string_view() : line.substr(space + 1)};
}

}  // namespace helio::mmp
