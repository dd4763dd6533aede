#include "common/mail/address_list.h"

#include <utility>

#include "common/base/text.h"

namespace helio::mail {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }
bool is_line_end(char c) { return c == '\r' || c == '\n' || c == '\0'; }

class ListParser {
public:
    ListParser(std::string_view text, std::size_t most) : text_(text), most_(most) {}

    std::vector<ListedAddress> run() {
        while (at_ < text_.size() && list_.size() < most_) step();
        flush_words();
        if (in_group_) list_.push_back({});
        return std::move(list_);
    }

private:
    // One token of the list. Words gather in words_ until what follows tells what they are: a phrase before "<", a
    // group's name before ":", a local part before "@".
    void step() {
        switch (text_[at_]) {
            case ' ':
            case '\t':
            case '\r':
            case '\n':
            case '\0':
                ++at_;
                gap_ = true;
                return;
            case '(':
                comment_ = comment();
                gap_ = true;
                return;
            case '<':
                return angle();
            case '@':
                return bare_domain();
            case ':':
                return group_start();
            case ';':
                return group_end();
            case ',':
                ++at_;
                flush_words();
                return;
            case '>':
                ++at_;
                return;
            default:
                return word();
        }
    }

    void word() {
        const bool is_atom = text_[at_] != '"';
        const auto found = is_atom ? atom("()<>@,;:\"") : quoted();
        if (gap_ && !words_.empty()) words_.push_back(' ');
        // obs-local-part = word *("." word): blanks beside its dots are no part of it (RFC 5322 §4.4).
        const bool beside_dot = after_dot_ || (is_atom && found.starts_with('.'));
        if (gap_ && !local_.empty() && !beside_dot) local_.push_back(' ');
        words_ += found;
        local_ += found;
        after_dot_ = is_atom && found.ends_with('.');
        gap_ = false;
        has_words_ = true;
    }

    std::string atom(std::string_view ends) {
        const auto start = at_;
        while (at_ < text_.size() && !is_space(text_[at_]) && ends.find(text_[at_]) == std::string_view::npos) ++at_;
        if (at_ == start) ++at_;  // never stand still
        return std::string(text_.substr(start, at_ - start));
    }

    std::string quoted() {
        std::string content;
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            if (!is_line_end(text_[at_])) content.push_back(text_[at_]);
        }
        if (at_ < text_.size()) ++at_;
        return content;
    }

    /// ctext without the outer parentheses; nested ones stay.
    std::string comment() {
        std::string content;
        int depth = 1;
        for (++at_; at_ < text_.size(); ++at_) {
            char c = text_[at_];
            if (c == '\\' && at_ + 1 < text_.size()) {
                c = text_[++at_];
            } else if (c == '(') {
                ++depth;
            } else if (c == ')' && --depth == 0) {
                ++at_;
                break;
            }
            if (!is_line_end(c)) content.push_back(c);
        }
        return std::string(base::trim(content));
    }

    /// A local part or domain up to one of `ends`, white space and comments dropped. Nothing: there is none; an empty
    /// one is a quoted string. `one_word`: it ends at white space, too, but for that beside a dot (obs-domain).
    std::optional<std::string> address_text(std::string_view ends, bool one_word = false) {
        std::optional<std::string> found;
        bool gap = false;
        while (at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos) {
            const char c = text_[at_];
            if (is_space(c)) {
                ++at_;
                gap = true;
                continue;
            }
            if (c == '(') {
                comment_ = comment();
                continue;
            }
            if (one_word && gap && found && c != '.' && !found->ends_with('.')) break;
            gap = false;
            if (!found) found.emplace();
            if (c == '"') {
                *found += quoted();
            } else if (c == '[') {
                *found += domain_literal();
            } else {
                *found += atom(" ()\"[" + std::string(ends));
            }
        }
        return found;
    }

    std::string domain_literal() {
        const auto end = text_.find(']', at_);
        const auto length = end == std::string_view::npos ? text_.size() - at_ : end + 1 - at_;
        std::string literal;
        for (const char c : text_.substr(at_, length))
            if (!is_space(c)) literal.push_back(c);
        at_ += length;
        return literal;
    }

    /// angle-addr = "<" [obs-route] addr-spec ">"
    void angle() {
        ++at_;
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
        std::optional<std::string> domain;
        std::optional<std::string> route;
        if (at_ < text_.size() && text_[at_] == '@') {
            domain = address_text(":>")->substr(1);
            if (at_ < text_.size() && text_[at_] == ':') {
                ++at_;
                route = "@" + *std::exchange(domain, {});
            }
        }
        auto local = address_text("@>,;");
        if (at_ < text_.size() && text_[at_] == '@') {
            ++at_;
            domain = address_text(">,;");
        }
        if (at_ < text_.size() && text_[at_] == '>') ++at_;
        std::optional<std::string> name;
        if (has_words_) name = std::move(words_);
        reset();
        add(std::move(name), std::move(local), std::move(domain));
        list_.back().route = std::move(route);
        trailing_comment();
    }

    /// addr-spec without brackets: the words so far are its local part.
    void bare_domain() {
        ++at_;
        std::optional<std::string> local;
        if (has_words_) local = std::move(local_);
        reset();
        // A comma may be missing behind it.
        auto domain = address_text("<>@,;:\"", true);
        add(std::nullopt, std::move(local), std::move(domain));
        if (!comment_.empty()) list_.back().name = std::exchange(comment_, {});
    }

    /// `<a@b> (Alice)`: the comment names an address that has no phrase.
    void trailing_comment() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
        if (at_ >= text_.size() || text_[at_] != '(') return;
        auto name = comment();
        if (!list_.back().name && !name.empty()) list_.back().name = std::move(name);
    }

    void group_start() {
        ++at_;
        if (in_group_) list_.push_back({});  // groups don't nest: the next one ends the one before
        list_.push_back({std::nullopt, std::exchange(words_, {}), std::nullopt});
        in_group_ = true;
        reset();
    }

    void group_end() {
        ++at_;
        flush_words();
        if (in_group_) list_.push_back({});
        in_group_ = false;
    }

    /// Words that no address followed: a mailbox without a domain.
    void flush_words() {
        if (has_words_) {
            auto local = std::exchange(words_, {});
            auto name = std::exchange(comment_, {});
            add(std::nullopt, std::move(local), std::nullopt);
            if (!name.empty()) list_.back().name = std::move(name);
        }
        reset();
    }

    /// A local part may be empty: `""@x.test` (RFC 5322 §3.4.1: a quoted-string).
    void add(std::optional<std::string> name, std::optional<std::string> local, std::optional<std::string> domain) {
        if (!local) local = "MISSING_MAILBOX";
        if (!domain || domain->empty()) domain = "MISSING_DOMAIN";
        list_.push_back({std::move(name), std::move(local), std::move(domain)});
    }

    void reset() {
        words_.clear();
        local_.clear();
        comment_.clear();
        has_words_ = false;
        after_dot_ = false;
        gap_ = false;
    }

    std::string_view text_;
    std::size_t most_;
    std::size_t at_ = 0;
    std::vector<ListedAddress> list_;
    std::string words_;  // as a phrase
    std::string local_;  // as a local part
    std::string comment_;
    bool has_words_ = false;
    bool after_dot_ = false;  // the last word was an atom with a dot at its end
    bool gap_ = false;
    bool in_group_ = false;
};

}  // namespace

std::vector<ListedAddress> parse_address_list(std::string_view value, std::size_t most) {
    return ListParser(value, most).run();
}

}  // namespace helio::mail
