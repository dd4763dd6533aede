#include "common/imap/mailbox_name.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/imap/print.h"
#include "common/imap/utf7.h"

namespace helio::imap {

namespace {

constexpr std::string_view inbox = "INBOX";

}  // namespace

std::optional<std::string> decode_pattern(std::string_view wire, bool utf8) {
    if (!utf8) return decode_utf7(wire);
    if (!base::is_utf8(wire)) return std::nullopt;
    return std::string(wire);
}

std::optional<std::string> decode_mailbox(std::string_view wire, bool utf8) {
    auto name = decode_pattern(wire, utf8);
    if (!name) return std::nullopt;
    const bool whole = name->size() == inbox.size() || (name->size() > inbox.size() && (*name)[inbox.size()] == '/');
    if (whole && base::starts_with_ignoring_case(*name, inbox)) name->replace(0, inbox.size(), inbox);
    return name;
}

void print_mailbox(std::string& out, std::string_view name, bool utf8) {
    if (!utf8) return print_astring(out, encode_utf7(name));
    bool eight_bit = false;
    for (const char c : name) eight_bit = eight_bit || static_cast<unsigned char>(c) >= 0x80;
    if (eight_bit) {
        print_utf8_string(out, name);
    } else {
        print_astring(out, name);
    }
}

ListPattern::ListPattern(std::string pattern, char separator) : separator_(separator) {
    // A run of wildcards means the widest of them.
    for (const char c : pattern) {
        const char before = pattern_.empty() ? '\0' : pattern_.back();
        if ((c == '%' || c == '*') && (before == '%' || before == '*')) {
            if (c == '*') pattern_.back() = '*';
            continue;
        }
        pattern_ += c;
    }
    maybe_inbox_ = pattern_ != base::to_upper(pattern_);
    const auto is_plain = [](char c) { return c != '*' && c != '%'; };
    least_bytes_ = static_cast<std::size_t>(std::ranges::count_if(pattern_, is_plain));
}

bool ListPattern::matches(std::string_view name) const {
    if (matches_all()) return true;
    if (name.size() < least_bytes_) return false;
    if (run(name)) return true;
    if (!maybe_inbox_ || !base::starts_with_ignoring_case(name, inbox)) return false;
    if (name.size() > inbox.size() && name[inbox.size()] != separator_) return false;
    // Compare in the pattern's own spelling of the first part.
    std::string spelled(name);
    for (std::size_t i = 0; i < inbox.size() && i < pattern_.size(); ++i) {
        if (pattern_[i] == '%' || pattern_[i] == '*') break;
        if (base::to_lower(pattern_[i]) == base::to_lower(spelled[i])) spelled[i] = pattern_[i];
    }
    return run(spelled);
}

// Follows all ways through the pattern at once: states[p] is true when pattern_[0, p) matches what was read.
bool ListPattern::run(std::string_view name) const {
    const std::size_t size = pattern_.size();
    const auto is_wild = [this](std::size_t p) { return pattern_[p] == '*' || pattern_[p] == '%'; };
    std::vector<bool> states(size + 1, false);
    states[0] = true;
    for (std::size_t p = 0; p < size && states[p] && is_wild(p); ++p) states[p + 1] = true;
    for (const char c : name) {
        std::vector<bool> next(size + 1, false);
        bool alive = false;
        for (std::size_t p = 0; p < size; ++p) {
            if (!states[p]) continue;
            const bool stays = pattern_[p] == '*' || (pattern_[p] == '%' && c != separator_);
            if (stays) next[p] = alive = true;
            if (!is_wild(p) && pattern_[p] == c) next[p + 1] = alive = true;
        }
        for (std::size_t p = 0; p < size; ++p) {
            if (next[p] && is_wild(p)) next[p + 1] = true;
        }
        if (!alive) return false;
        states.swap(next);
    }
    return states[size];
}

}  // namespace helio::imap
