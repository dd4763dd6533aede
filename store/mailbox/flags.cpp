#include "store/mailbox/flags.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::store {
namespace {

bool is_atom_char(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7f && std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
}

}  // namespace

std::string_view to_string(Flag flag) {
    switch (flag) {
        case Flag::seen:
            return "\\Seen";
        case Flag::answered:
            return "\\Answered";
        case Flag::flagged:
            return "\\Flagged";
        case Flag::deleted:
            return "\\Deleted";
        case Flag::draft:
            return "\\Draft";
    }
    return "";
}

std::optional<Flag> parse_flag(std::string_view word) {
    for (const auto flag : all_flags) {
        if (base::equals_ignoring_case(to_string(flag), word)) return flag;
    }
    return std::nullopt;
}

bool is_keyword(std::string_view word) {
    return !word.empty() && word.size() <= most_keyword_bytes && std::ranges::all_of(word, is_atom_char);
}

std::optional<std::size_t> Keywords::find(std::string_view name) const {
    for (std::size_t bit = 0; bit < names.size(); ++bit) {
        if (base::equals_ignoring_case(names[bit], name)) return bit;
    }
    return std::nullopt;
}

std::vector<std::string_view> Keywords::names_of(const KeywordBits& bits) const {
    std::vector<std::string_view> found;
    if (bits.none()) return found;
    for (std::size_t bit = 0; bit < names.size(); ++bit) {
        if (bits.test(bit)) found.push_back(names[bit]);
    }
    return found;
}

FlagList parse_flag_list(std::string_view words) {
    FlagList list;
    for (const auto word : base::split(words, ' ')) {
        if (const auto flag = parse_flag(word)) {
            list.flags = list.flags.with(*flag);
        } else if (is_keyword(word)) {
            list.keywords.emplace_back(word);
        }
    }
    return list;
}

}  // namespace helio::store
