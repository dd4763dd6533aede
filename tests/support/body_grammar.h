// Strict readers of what ENVELOPE, BODY and BODYSTRUCTURE may look like (RFC 9051 §9 ABNF), for properties: whatever a
// message holds, what the server prints of it must be readable. Extension data must be there in BODYSTRUCTURE and must
// not be there in BODY.
#pragma once

#include <cstddef>
#include <string_view>

namespace helio::test {

class BodyGrammar {
public:
    /// envelope = "(" date SP subject SP from SP sender SP reply-to SP to SP cc SP bcc SP in-reply-to SP message-id ")"
    static bool is_envelope(std::string_view text) {
        BodyGrammar in(text);
        in.envelope();
        return in.ok_ && in.rest_.empty();
    }
    static bool is_body(std::string_view text, bool extended) {
        BodyGrammar in(text);
        in.body(extended, 0);
        return in.ok_ && in.rest_.empty();
    }

private:
    explicit BodyGrammar(std::string_view text) : rest_(text) {}

    static constexpr unsigned most_depth = 1000;

    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }
    void need(std::string_view text) {
        if (!take(text)) fault();
    }
    void fault() {
        ok_ = false;
        rest_ = {};
    }
    void number() {
        std::size_t digits = 0;
        while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') ++digits;
        if (digits == 0 || digits > 19) return fault();
        rest_.remove_prefix(digits);
    }
    // quoted: 7-bit text without CR, LF and NUL; literal: anything but NUL
    void string() {
        if (take("{")) {
            std::size_t size = 0;
            for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1)) {
                size = size * 10 + static_cast<std::size_t>(rest_.front() - '0');
            }
            need("}\r\n");
            if (size > rest_.size() || rest_.substr(0, size).find('\0') != std::string_view::npos) return fault();
            rest_.remove_prefix(size);
            return;
        }
        need("\"");
        while (ok_ && !take("\"")) {
            if (take("\\")) {
                if (!take("\"") && !take("\\")) return fault();
                continue;
            }
            if (rest_.empty()) return fault();
            const auto c = static_cast<unsigned char>(rest_.front());
            if (c == 0 || c == '\r' || c == '\n' || c >= 0x80) return fault();
            rest_.remove_prefix(1);
        }
    }
    void nstring() {
        if (!take("NIL")) string();
    }
    void address() {
        need("(");
        for (int i = 0; i < 4; ++i) {
            if (i > 0) need(" ");
            nstring();
        }
        need(")");
    }
    void addresses() {
        if (take("NIL")) return;
        need("(");
        do address();
        while (ok_ && !take(")"));
    }
    void envelope() {
        need("(");
        nstring();
        need(" ");
        nstring();
        for (int i = 0; i < 6; ++i) {
            need(" ");
            addresses();
        }
        need(" ");
        nstring();
        need(" ");
        nstring();
        need(")");
    }
    void parameters() {
        if (take("NIL")) return;
        need("(");
        do {
            string();
            need(" ");
            string();
        } while (ok_ && take(" "));
        need(")");
    }
    // SP body-fld-dsp SP body-fld-lang SP body-fld-loc
    void common_extension() {
        need(" ");
        if (!take("NIL")) {
            need("(");
            string();
            need(" ");
            parameters();
            need(")");
        }
        need(" ");
        if (take("(")) {
            do string();
            while (ok_ && take(" "));
            need(")");
        } else {
            nstring();
        }
        need(" ");
        nstring();
    }
    void body(bool extended, unsigned depth) {
        if (depth > most_depth) return fault();
        need("(");
        if (rest_.starts_with("(")) {
            do body(extended, depth + 1);
            while (ok_ && rest_.starts_with("("));
            need(" ");
            string();
            if (extended) {
                need(" ");
                parameters();
                common_extension();
            }
        } else {
            single(extended, depth);
        }
        need(")");
    }
    void single(bool extended, unsigned depth) {
        const auto type = rest_;
        string();
        need(" ");
        const auto subtype = rest_;
        string();
        need(" ");
        parameters();
        for (int i = 0; i < 3; ++i) {  // id, description, encoding
            need(" ");
            if (i < 2) nstring();
            if (i == 2) string();
        }
        need(" ");
        number();
        if (is(type, "\"message\"") && (is(subtype, "\"rfc822\"") || is(subtype, "\"global\""))) {
            need(" ");
            envelope();
            need(" ");
            body(extended, depth + 1);
            need(" ");
            number();
        } else if (is(type, "\"text\"")) {
            need(" ");
            number();
        }
        if (!extended) return;
        need(" ");
        nstring();
        common_extension();
    }
    static bool is(std::string_view text, std::string_view word) {
        if (text.size() < word.size()) return false;
        for (std::size_t i = 0; i < word.size(); ++i) {
            const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
            if (c != word[i]) return false;
        }
        return true;
    }

    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace helio::test
