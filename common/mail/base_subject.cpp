#include "common/mail/base_subject.h"

#include <optional>

#include "common/base/text.h"

namespace helio::mail {
namespace {

// Step 1: blanks and line ends become one space.
std::string single_spaced(std::string_view subject) {
    std::string text;
    text.reserve(subject.size());
    for (const char c : subject) {
        const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!blank) {
            text += c;
        } else if (text.empty() || text.back() != ' ') {
            text += ' ';
        }
    }
    return text;
}

bool take_word(std::string_view& text, std::string_view word) {
    if (!base::starts_with_ignoring_case(text, word)) return false;
    text.remove_prefix(word.size());
    return true;
}

void take_space(std::string_view& text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
}

// subj-blob = "[" *BLOBCHAR "]" *WSP
bool take_blob(std::string_view& text) {
    if (!text.starts_with('[')) return false;
    const auto end = text.find_first_of("[]", 1);
    if (end == std::string_view::npos || text[end] != ']') return false;
    text.remove_prefix(end + 1);
    take_space(text);
    return true;
}

// subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
bool take_refwd(std::string_view& text) {
    std::string_view rest = text;
    if (!take_word(rest, "re") && !take_word(rest, "fwd") && !take_word(rest, "fw")) return false;
    take_space(rest);
    take_blob(rest);
    if (!rest.starts_with(':')) return false;
    text = rest.substr(1);
    return true;
}

// Step 2. subj-trailer = "(fwd)" / WSP
void drop_trailers(std::string_view& text, bool& found) {
    for (;;) {
        while (text.ends_with(' ')) text.remove_suffix(1);
        constexpr std::string_view trailer = "(fwd)";
        if (text.size() < trailer.size()) return;
        if (!base::equals_ignoring_case(text.substr(text.size() - trailer.size()), trailer)) return;
        text.remove_suffix(trailer.size());
        found = true;
    }
}

// Steps 3 to 5. subj-leader = (*subj-blob subj-refwd) / WSP
// Where a run of blobs has no subj-refwd behind it, none of its blobs begins a leader; all of them are dropped by step
// 4, but the last one when nothing is behind it.
void drop_leaders(std::string_view& text, bool& found) {
    for (;;) {
        take_space(text);
        std::string_view rest = text;
        std::string_view last_blob = text;
        bool has_blobs = false;
        for (std::string_view before = rest; take_blob(rest); before = rest) {
            last_blob = before;
            has_blobs = true;
        }
        if (take_refwd(rest)) {
            text = rest;
            found = true;
            continue;
        }
        if (!has_blobs) return;
        text = rest.empty() ? last_blob : rest;
        return;
    }
}

// Step 6. subj-fwd = "[fwd:" subject "]"
bool drop_forward(std::string_view& text, bool& found) {
    std::string_view rest = text;
    if (!text.ends_with(']') || !take_word(rest, "[fwd:")) return false;
    rest.remove_suffix(1);
    text = rest;
    found = true;
    return true;
}

}  // namespace

BaseSubject base_subject(std::string_view subject) {
    const std::string spaced = single_spaced(subject);
    std::string_view text = spaced;
    BaseSubject result;
    do {
        drop_trailers(text, result.is_reply_or_forward);
        drop_leaders(text, result.is_reply_or_forward);
    } while (drop_forward(text, result.is_reply_or_forward));
    result.text = std::string(text);
    return result;
}

}  // namespace helio::mail
