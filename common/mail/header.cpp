#include "common/mail/header.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::mail {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// End of the line that begins at `from`, its LF included.
std::size_t line_end(std::string_view text, std::size_t from) {
    const auto newline = text.find('\n', from);
    return newline == std::string_view::npos ? text.size() : newline + 1;
}

std::string_view without_line_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

HeaderReader::HeaderReader(std::string_view block, HeaderLimits limits)
    : block_(block.substr(0, limits.block_bytes)), limits_(limits) {}

std::optional<HeaderField> HeaderReader::next() {
    if (ended_ || at_ >= block_.size() || count_ >= limits_.fields) return std::nullopt;
    auto end = line_end(block_, at_);
    const auto first = without_line_end(block_.substr(at_, end - at_));
    if (first.empty()) {
        ended_ = true;
        at_ = end;
        return std::nullopt;
    }
    while (end < block_.size() && is_blank(block_[end])) end = line_end(block_, end);
    HeaderField field;
    field.offset = at_;
    field.text = block_.substr(at_, end - at_);
    const auto start = split_field(first);
    field.name = start.name;
    if (!field.name.empty()) field.value = without_line_end(field.text).substr(start.value_at);
    at_ = end;
    ++count_;
    return field;
}

FieldStart split_field(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return {};
    auto name = line.substr(0, colon);
    while (!name.empty() && is_blank(name.back())) name.remove_suffix(1);
    // ftext = %d33-57 / %d59-126; a raw 8-bit byte makes it no field, a blank inside neither (an mbox "From " line)
    const bool valid = std::ranges::all_of(name, [](char c) { return c > 32 && c < 127; });
    if (name.empty() || !valid) return {};
    return {name, colon + 1};
}

std::string unfold(std::string_view value) {
    value = base::trim(value);
    std::string line;
    line.reserve(value.size());
    for (const char c : value)
        if (c != '\r' && c != '\n' && c != '\0') line.push_back(c);
    return line;
}

std::optional<std::string> find_field(std::string_view block, std::string_view name, HeaderLimits limits) {
    HeaderReader reader(block, limits);
    while (const auto field = reader.next())
        if (base::equals_ignoring_case(field->name, name)) return unfold(field->value);
    return std::nullopt;
}

std::size_t header_length(std::string_view message) {
    std::size_t at = 0;
    while (at < message.size()) {
        const auto end = line_end(message, at);
        const auto line = without_line_end(message.substr(at, end - at));
        at = end;
        if (line.empty()) return at;
    }
    return at;
}

}  // namespace helio::mail
