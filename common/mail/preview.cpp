#include "common/mail/preview.h"

#include <array>

#include "common/base/text.h"
#include "common/mail/charset.h"

namespace helio::mail {
namespace {

constexpr std::size_t plain_bytes = 8 * 1024;
constexpr std::size_t html_bytes = 64 * 1024;  // a style sheet may stand in front

// Collects characters up to the limit; blanks and control characters become one space, none at the ends.
class Line {
public:
    bool full() const { return characters_ >= preview_most; }
    void add(std::string_view utf8) {
        for (std::size_t i = 0; i < utf8.size() && !full();) {
            const auto lead = static_cast<unsigned char>(utf8[i]);
            std::size_t length = 1;
            while (i + length < utf8.size() && (static_cast<unsigned char>(utf8[i + length]) & 0xC0) == 0x80) ++length;
            if (lead <= 0x20 || lead == 0x7F || is_space(utf8.substr(i, length))) {
                blank();
            } else {
                put(utf8.substr(i, length));
            }
            i += length;
        }
    }
    void blank() { pending_ = !text_.empty(); }
    std::string take() { return std::move(text_); }

private:
    // No-break space, zero-width space and joiners, byte order mark: newsletters fill previews with them.
    static bool is_space(std::string_view c) {
        return c == "\u00a0" || c == "\u00ad" || c == "\u034f" || c == "\u200b" || c == "\u200c" || c == "\u200d" ||
               c == "\u2007" || c == "\ufeff" ||
               (c.size() == 2 && c[0] == '\xC2' && static_cast<unsigned char>(c[1]) < 0xA0);
    }
    void put(std::string_view character) {
        if (pending_) {
            text_ += ' ';
            pending_ = false;
            if (++characters_ >= preview_most) {
                text_.pop_back();
                return;
            }
        }
        text_ += character;
        ++characters_;
    }

    std::string text_;
    std::size_t characters_ = 0;
    bool pending_ = false;
};

void append_utf8(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (c >> 18));
        out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

// "&amp;" and the like at the front of `text`: its character, and its length through `length`. Nothing: no entity.
std::optional<std::string> entity(std::string_view text, std::size_t& length) {
    struct Named {
        std::string_view name;
        std::string_view character;
    };
    static constexpr std::array<Named, 21> names = {
        {{"amp", "&"},         {"lt", "<"},         {"gt", ">"},         {"quot", "\""},       {"apos", "'"},
         {"nbsp", "\u00a0"},   {"shy", "\u00ad"},   {"copy", "\u00a9"},  {"reg", "\u00ae"},    {"auml", "\u00e4"},
         {"ouml", "\u00f6"},   {"uuml", "\u00fc"},  {"szlig", "\u00df"}, {"eacute", "\u00e9"}, {"euro", "\u20ac"},
         {"hellip", "\u2026"}, {"ndash", "\u2013"}, {"mdash", "\u2014"}, {"rsquo", "\u2019"},  {"zwnj", "\u200c"},
         {"bull", "\u2022"}}};
    const auto end = text.substr(0, 12).find(';');
    if (end == std::string_view::npos) return std::nullopt;
    length = end + 1;
    const auto name = text.substr(1, end - 1);
    for (const auto& known : names) {
        if (known.name == name) return std::string(known.character);
    }
    if (!name.starts_with('#')) return std::nullopt;
    std::uint32_t code = 0;
    const bool hex = name.size() > 1 && base::to_lower(name[1]) == 'x';
    for (const char c : name.substr(hex ? 2 : 1)) {
        const char lower = base::to_lower(c);
        const bool letter = hex && lower >= 'a' && lower <= 'f';
        if (!letter && (c < '0' || c > '9')) return std::nullopt;
        code = code * (hex ? 16 : 10) + static_cast<std::uint32_t>(letter ? lower - 'a' + 10 : c - '0');
        if (code > 0x10FFFF) return std::nullopt;
    }
    if (code == 0 || (code >= 0xD800 && code <= 0xDFFF)) return std::nullopt;
    std::string character;
    append_utf8(character, code);
    return character;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view tag_name(std::string_view tag) {
    std::size_t length = 0;
    while (length < tag.size() && !is_blank(tag[length]) && tag[length] != '>' && (length == 0 || tag[length] != '/')) {
        ++length;
    }
    return tag.substr(0, length);
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    for (const auto known : names) {
        if (base::equals_ignoring_case(known, name)) return true;
    }
    return false;
}

// Where the element's end tag ends; the end of the text when it has none.
std::size_t element_end(std::string_view html, std::size_t from, std::string_view name) {
    for (auto at = html.find("</", from); at != std::string_view::npos; at = html.find("</", at + 2)) {
        if (!base::starts_with_ignoring_case(html.substr(at + 2), name)) continue;
        const auto end = html.find('>', at);
        return end == std::string_view::npos ? html.size() : end + 1;
    }
    return html.size();
}

// Behind the tag at `at` ("<"). A quoted attribute value may have a ">"; quotes stand behind "=" alone (HTML,
// "before attribute value state"). One that never ends is none: the tag then ends at the next ">", or where another
// begins.
std::size_t tag_end(std::string_view html, std::size_t at) {
    bool before_value = false;
    while (++at < html.size() && html[at] != '>') {
        const char c = html[at];
        if (before_value && (c == '"' || c == '\'')) {
            const auto quote = html.find(c, at + 1);
            if (quote == std::string_view::npos) {
                const auto next = std::min(html.find_first_of("<>", at), html.size());
                return next < html.size() && html[next] == '>' ? next + 1 : next;
            }
            at = quote;
        }
        if (!is_blank(c)) before_value = c == '=';
    }
    return std::min(at + 1, html.size());
}

// Where the markup at `at` ("<") ends. A block breaks the text.
std::size_t pass_tag(std::string_view html, std::size_t at, Line& line) {
    if (html.substr(at).starts_with("<!--")) {
        const auto end = html.find("-->", at + 4);
        return end == std::string_view::npos ? html.size() : end + 3;
    }
    const auto end = tag_end(html, at);
    const auto name = tag_name(html.substr(at + 1));
    if (is_one_of(name, {"style", "script", "head", "title"})) return element_end(html, end, name);
    if (!is_one_of(name,
                   {"a",  "b",  "i",  "u",  "em",  "span",  "strong",  "font",  "small",  "big",  "sub",  "sup",
                    "/a", "/b", "/i", "/u", "/em", "/span", "/strong", "/font", "/small", "/big", "/sub", "/sup"})) {
        line.blank();
    }
    return end;
}

std::string plain_line(std::string_view text, bool with_quotes) {
    Line line;
    while (!text.empty() && !line.full()) {
        const auto end = text.find('\n');
        const auto next = text.substr(0, end);
        if (with_quotes || !next.starts_with('>')) line.add(next);
        line.blank();
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return line.take();
}

bool is_html(const PartPlace& part) { return part.media_type == "text/html"; }

}  // namespace

std::optional<PartPlace> preview_part(const SummaryView& summary) {
    std::optional<PartPlace> html;
    for (const auto& part : summary.parts()) {
        if (part.kind != PartKind::leaf || part.is_attachment) continue;
        if (part.media_type.empty() || part.media_type == "text/plain") return part;
        if (is_html(part) && !html) html = part;
    }
    return html;
}

std::size_t preview_bytes(const PartPlace& part) { return is_html(part) ? html_bytes : plain_bytes; }

std::string preview_of(const PartPlace& part, std::string_view raw) {
    raw = raw.substr(0, preview_bytes(part));
    const std::string decoded = decode_transfer(part.encoding, raw);
    const std::string text =
        part.charset.empty() ? to_utf8("", decoded) : to_utf8(part.charset, decoded, 4 * preview_bytes(part));
    return is_html(part) ? preview_of_html(text) : preview_of_plain(text);
}

std::string preview_of_plain(std::string_view text) {
    std::string line = plain_line(text, false);
    return line.empty() ? plain_line(text, true) : line;
}

std::string preview_of_html(std::string_view html) {
    Line line;
    for (std::size_t at = 0; at < html.size() && !line.full();) {
        if (html[at] == '<') {
            at = pass_tag(html, at, line);
            continue;
        }
        if (html[at] == '&') {
            std::size_t length = 1;
            const auto character = entity(html.substr(at), length);
            line.add(character ? *character : html.substr(at, 1));
            at += character ? length : 1;
            continue;
        }
        const auto end = std::min(html.find_first_of("<&", at), html.size());
        line.add(html.substr(at, end - at));
        at = end;
    }
    return line.take();
}

}  // namespace helio::mail
