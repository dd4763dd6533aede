#include "common/pop/command.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::pop {

// command = keyword *(SP param)
std::optional<Command> parse_command(std::string_view line) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::ranges::any_of(line, is_control)) return std::nullopt;
    const auto space = line.find(' ');
    const auto word = line.substr(0, space);
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '8';  // of UTF8
    };
    if (word.empty() || word.size() > 12 || !std::ranges::all_of(word, is_letter)) return std::nullopt;
    return Command{base::to_upper(word), space == std::string_view::npos ? std::string_view() : line.substr(space + 1)};
}

std::vector<std::string_view> words_of(std::string_view argument) {
    auto words = base::split(argument, ' ');
    std::erase_if(words, [](std::string_view word) { return word.empty(); });
    return words;
}

}  // namespace helio::pop
