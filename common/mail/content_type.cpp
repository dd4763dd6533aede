#include "common/mail/content_type.h"

#include <algorithm>
#include <map>

#include "common/base/text.h"

namespace helio::mail {
namespace {

constexpr std::size_t parameters_most = 200;  // ours; the rest is ignored

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }
bool is_tspecial(char c) { return std::string_view("()<>@,;:\\\"/[]?=").find(c) != std::string_view::npos; }

/// `name` and `filename`, their sections (RFC 2231 §3) too.
bool is_file_name(std::string_view attribute) {
    const auto name = attribute.substr(0, attribute.find('*'));
    return base::equals_ignoring_case(name, "name") || base::equals_ignoring_case(name, "filename");
}

class ValueParser {
public:
    explicit ValueParser(std::string_view text) : text_(text) {}

    bool more() {
        skip();
        return at_ < text_.size();
    }
    bool take(char c) {
        if (!more() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    std::string token() {
        skip();
        const auto start = at_;
        while (at_ < text_.size() && !is_space(text_[at_]) && !is_tspecial(text_[at_])) ++at_;
        return std::string(text_.substr(start, at_ - start));
    }

    /// *(";" attribute "=" value)
    Parameters parameters() {
        Parameters found;
        while (more() && found.size() < parameters_most) {
            if (!skip_to_semicolon()) break;
            while (take(';')) continue;
            auto name = token();
            if (name.empty() || !take('=')) continue;
            auto text = value(is_file_name(name));
            found.push_back({std::move(name), std::move(text)});
        }
        return found;
    }

private:
    void skip() {
        while (at_ < text_.size()) {
            if (text_[at_] == '(') {
                skip_comment();
            } else if (is_space(text_[at_])) {
                ++at_;
            } else {
                return;
            }
        }
    }
    void skip_comment() {
        int depth = 0;
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\') {
                ++at_;
            } else if (text_[at_] == '(') {
                ++depth;
            } else if (text_[at_] == ')' && --depth == 0) {
                ++at_;
                return;
            }
        }
        at_ = std::min(at_, text_.size());
    }
    bool skip_to_semicolon() {
        at_ = std::min(text_.find(';', at_), text_.size());
        return at_ < text_.size();
    }

    /// A token (RFC 2045 §5.1), or as senders write it: `name=my file(1).pdf`. Blanks inside belong to it; a comment
    /// ends a word, but in the middle of a file name's it belongs to the name.
    std::string value(bool is_file_name) {
        skip();
        if (at_ < text_.size() && text_[at_] == '"') return quoted();
        std::string found;
        while (at_ < text_.size() && text_[at_] != ';') {
            const auto start = at_;
            while (at_ < text_.size() && text_[at_] != ';' && !is_space(text_[at_]) &&
                   (is_file_name || text_[at_] != '('))
                ++at_;
            if (!found.empty()) found.push_back(' ');
            found += text_.substr(start, at_ - start);
            skip();
        }
        return found;
    }
    std::string quoted() {
        std::string content;
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            const char c = text_[at_];
            if (c != '\r' && c != '\n' && c != '\0') content.push_back(c);
        }
        if (at_ < text_.size()) ++at_;
        return content;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

struct Section {
    bool extended = false;
    std::string value;
};

struct NumberedSection {
    std::string name;
    std::size_t number = 0;
    Section section;
};

/// `name*3*` -> name, 3, extended. Nothing when it is no continuation.
std::optional<NumberedSection> split_section(const Parameter& parameter) {
    std::string_view name = parameter.name;
    Section section{name.ends_with('*'), parameter.value};
    if (section.extended) name.remove_suffix(1);
    const auto star = name.rfind('*');
    if (star == std::string_view::npos || star == 0) return std::nullopt;
    const auto number = base::parse_number32(name.substr(star + 1));
    if (!number) return std::nullopt;
    return NumberedSection{std::string(name.substr(0, star)), *number, std::move(section)};
}

/// A section that was not extended stands literally in an extended whole, so its percent signs are encoded.
std::string percent_escaped(std::string_view value) {
    std::string escaped;
    for (const char c : value) c == '%' ? escaped += "%25" : escaped += c;
    return escaped;
}

using Sections = std::map<std::size_t, Section>;

/// Extended as soon as one section is. Only the first may name charset and language (RFC 2231 §4.1): a plain first one
/// leaves both open.
Parameter join(const std::string& name, const Sections& sections) {
    auto end = sections.begin();  // the first hole: what is behind it can't be placed
    for (auto expected = end->first; end != sections.end() && end->first == expected; ++expected) ++end;
    const bool extended = std::any_of(sections.begin(), end, [](const auto& entry) { return entry.second.extended; });
    Parameter joined{extended ? name + "*" : name, {}};
    if (extended && !sections.begin()->second.extended) joined.value = "''";
    for (auto at = sections.begin(); at != end; ++at) {
        const auto& section = at->second;
        joined.value += extended && !section.extended ? percent_escaped(section.value) : section.value;
    }
    return joined;
}

/// RFC 2231 §3: `n*0=a; n*1=b` is `n=ab`, in the place of the first section.
Parameters join_continuations(Parameters parameters) {
    Parameters joined;
    std::map<std::string, std::pair<std::size_t, Sections>> found;
    for (auto& parameter : parameters) {
        auto section = split_section(parameter);
        if (!section) {
            joined.push_back(std::move(parameter));
            continue;
        }
        auto& [place, sections] = found[base::to_lower(section->name)];
        if (sections.empty()) {
            place = joined.size();
            joined.push_back({section->name, {}});
        }
        sections.emplace(section->number, std::move(section->section));
    }
    for (auto& [name, entry] : found) {
        auto& target = joined[entry.first];
        target = join(target.name, entry.second);
    }
    return joined;
}

}  // namespace

const std::string* find_parameter(const Parameters& parameters, std::string_view name) {
    const auto found = std::ranges::find_if(
        parameters, [name](const Parameter& p) { return base::equals_ignoring_case(p.name, name); });
    return found == parameters.end() ? nullptr : &found->value;
}

bool ContentType::is(std::string_view wanted_type) const { return base::equals_ignoring_case(type, wanted_type); }

bool ContentType::is(std::string_view wanted_type, std::string_view wanted_subtype) const {
    return is(wanted_type) && base::equals_ignoring_case(subtype, wanted_subtype);
}

std::optional<ContentType> parse_content_type(std::string_view value) {
    ValueParser parser(value);
    ContentType content;
    content.type = parser.token();
    if (content.type.empty() || !parser.take('/')) return std::nullopt;
    content.subtype = parser.token();
    if (content.subtype.empty()) return std::nullopt;
    content.parameters = join_continuations(parser.parameters());
    return content;
}

std::optional<ContentDisposition> parse_content_disposition(std::string_view value) {
    ValueParser parser(value);
    ContentDisposition disposition{parser.token(), {}};
    if (disposition.type.empty()) return std::nullopt;
    disposition.parameters = join_continuations(parser.parameters());
    return disposition;
}

std::string parse_mime_token(std::string_view value) { return ValueParser(value).token(); }

std::vector<std::string> parse_languages(std::string_view value) {
    std::vector<std::string> languages;
    ValueParser parser(value);
    while (parser.more() && languages.size() < parameters_most) {
        auto tag = parser.token();
        if (!tag.empty()) languages.push_back(std::move(tag));
        if (!parser.take(',')) break;
    }
    return languages;
}

}  // namespace helio::mail
