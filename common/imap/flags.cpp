#include "common/imap/flags.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/imap/char_class.h"

namespace helio::imap {

namespace {

constexpr std::size_t most_keywords_in_list = 1000;

struct Name {
    std::string_view text;
    SystemFlag flag;
};
constexpr std::array<Name, 6> names = {{{"\\Answered", flag_answered},
                                        {"\\Flagged", flag_flagged},
                                        {"\\Deleted", flag_deleted},
                                        {"\\Seen", flag_seen},
                                        {"\\Draft", flag_draft},
                                        {"\\Recent", flag_recent}}};

}  // namespace

void Flags::add_keyword(std::string_view keyword) {
    const auto same = [keyword](const std::string& other) { return base::equals_ignoring_case(other, keyword); };
    if (std::none_of(keywords.begin(), keywords.end(), same)) keywords.emplace_back(keyword);
}

bool is_keyword(std::string_view text) {
    return !text.empty() && text.size() <= most_keyword_bytes && std::all_of(text.begin(), text.end(), is_atom_char);
}

// flag = "\Answered" / "\Flagged" / "\Deleted" / "\Seen" / "\Draft" / flag-keyword / flag-extension
void parse_flag(Cursor& in, Flags& into) {
    const bool system = in.take('\\');
    const std::string_view word = in.atom("Missing flag");
    if (in.failed()) return;
    if (!system) {
        if (!is_keyword(word)) return in.fail("Keyword too long");
        if (into.keywords.size() == most_keywords_in_list) return in.fail("Too many keywords");
        return into.add_keyword(word);
    }
    for (const auto& name : names) {
        if (!base::equals_ignoring_case(name.text.substr(1), word)) continue;
        into.system = static_cast<std::uint8_t>((into.system | name.flag) & storable_flags);
        return;
    }
    in.fail("Unknown system flag");
}

Flags parse_flag_list(Cursor& in) {
    in.expect('(', "Missing flag list");
    Flags flags;
    if (in.take(')')) return flags;
    do parse_flag(in, flags);
    while (in.take(' '));
    in.expect(')', "Missing ')' after flags");
    return flags;
}

Flags parse_flags(Cursor& in) {
    if (in.peek() == '(') return parse_flag_list(in);
    Flags flags;
    do parse_flag(in, flags);
    while (in.take(' '));
    return flags;
}

void print_system_flags(std::string& out, std::uint8_t system) {
    bool first = true;
    for (const auto& name : names) {
        if ((system & name.flag) == 0) continue;
        if (!first) out += ' ';
        first = false;
        out += name.text;
    }
}

void print_flags(std::string& out, const Flags& flags) {
    const std::size_t start = out.size();
    print_system_flags(out, flags.system);
    for (const auto& keyword : flags.keywords) {
        if (out.size() != start) out += ' ';
        out += keyword;
    }
}

}  // namespace helio::imap
