#include "common/smtp/reply.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/smtp/errc.h"

namespace helio::smtp {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Control characters would end or forge a line; bytes above 126 may be UTF-8 (RFC 6531 §3.5) and stay.
std::string clean(std::string_view text) {
    std::string result(text);
    std::replace_if(
        result.begin(), result.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return result;
}

// What stands before the text of each line: "550-5.1.1 ".
std::string line_start(const Reply& reply, bool last) {
    std::string start = std::to_string(reply.code);
    start += last ? ' ' : '-';
    if (reply.enhanced) start += reply.enhanced->to_string() + ' ';
    return start;
}

// Takes "5.1.1 " off the front of `text`, when its class agrees with the reply's (RFC 2034 §4).
std::optional<EnhancedCode> take_enhanced(std::string_view& text, unsigned code) {
    const auto word = text.substr(0, text.find(' '));
    const auto enhanced = EnhancedCode::parse(word);
    if (!enhanced || enhanced->status_class != code / 100) return std::nullopt;
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    return enhanced;
}

}  // namespace

std::string EnhancedCode::to_string() const {
    return std::to_string(status_class) + '.' + std::to_string(subject) + '.' + std::to_string(detail);
}

std::optional<EnhancedCode> EnhancedCode::parse(std::string_view text) {
    const auto parts = base::split(text, '.');
    if (parts.size() != 3 || parts[0].size() != 1) return std::nullopt;
    if (parts[0] != "2" && parts[0] != "4" && parts[0] != "5") return std::nullopt;
    EnhancedCode code{static_cast<unsigned>(parts[0][0] - '0'), 0, 0};
    for (std::size_t i = 1; i < 3; ++i) {
        const auto number = parts[i].size() <= 3 ? base::parse_number32(parts[i]) : std::nullopt;
        if (!number) return std::nullopt;
        (i == 1 ? code.subject : code.detail) = *number;
    }
    return code;
}

Reply reply(unsigned code, EnhancedCode enhanced, std::string text) { return Reply{code, enhanced, {std::move(text)}}; }

Reply plain_reply(unsigned code, std::string text) { return Reply{code, std::nullopt, {std::move(text)}}; }

std::string print(const Reply& reply) {
    std::string bytes;
    const std::size_t count = std::max<std::size_t>(reply.lines.size(), 1);
    for (std::size_t i = 0; i < count; ++i) {
        bytes += line_start(reply, i + 1 == count);
        if (i < reply.lines.size()) bytes += clean(reply.lines[i]);
        bytes += "\r\n";
    }
    return bytes;
}

std::string one_line(const Reply& reply) {
    std::string text = std::to_string(reply.code);
    if (reply.enhanced) text += ' ' + reply.enhanced->to_string();
    for (const auto& line : reply.lines) text += ' ' + line;
    return base::printable(text, 500);
}

Result<std::optional<Reply>> ReplyReader::feed(std::string_view line) {
    const bool shaped = line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) &&
                        is_digit(line[2]) && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
    if (!shaped) return fail(errc::bad_reply, base::printable(line));
    const unsigned code = *base::parse_number32(line.substr(0, 3));
    if (!partial_.lines.empty() && code != partial_.code) return fail(errc::bad_reply, "the code changes");
    if (partial_.lines.size() >= max_lines) return fail(errc::bad_reply, "too many lines");
    const bool last = line.size() == 3 || line[3] == ' ';
    auto text = line.substr(std::min<std::size_t>(line.size(), 4));
    const bool first = partial_.lines.empty();
    const auto enhanced = take_enhanced(text, code);
    if (first) partial_.enhanced = enhanced;
    partial_.code = code;
    partial_.lines.emplace_back(text);
    if (!last) return std::optional<Reply>();
    return std::optional<Reply>(std::exchange(partial_, Reply{}));
}

}  // namespace helio::smtp
