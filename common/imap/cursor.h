// Cursor: reads the tokens of RFC 9051 §9 from one whole command (Framer::command()).
// The first error sticks: from then on every reader gives an empty value and consumes nothing, so that a parser reads
// like its ABNF and asks failed() where it loops and once at its end. Views hold as long as the command's text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/imap/syntax.h"

namespace helio::imap {

class Cursor {
public:
    explicit Cursor(std::string_view text) : text_(text) {}

    bool failed() const { return !error_.empty(); }
    std::string_view error() const { return error_; }
    /// Makes the cursor fail; the first text stays.
    void fail(std::string_view text) {
        if (error_.empty()) error_ = text;
    }

    bool at_end() const { return failed() || at_ == text_.size(); }
    /// The next character, or NUL at the end.
    char peek() const { return at_end() ? '\0' : text_[at_]; }
    std::string_view rest() const { return failed() ? std::string_view() : text_.substr(at_); }
    std::size_t position() const { return at_; }

    /// Takes `c` when it is next.
    bool take(char c);
    /// Takes `word` (any case) when it is next and ends there, i.e. no atom character follows.
    bool take_word(std::string_view word);
    /// Takes `text` (any case) when it is next, whatever follows.
    bool take_text(std::string_view text);
    /// Fails unless `c` is next.
    void expect(char c, std::string_view error);
    /// Exactly one SP.
    void space() { expect(' ', "Missing space"); }
    /// Fails unless all is consumed.
    void end();

    std::string_view atom(std::string_view error);  ///< 1*ATOM-CHAR
    std::string astring(std::string_view error);    ///< 1*ASTRING-CHAR / string
    std::string string(std::string_view error);     ///< quoted / literal
    std::string string_or_literal8(std::string_view error);
    bool nil();                                        ///< takes "NIL"
    std::string list_mailbox(std::string_view error);  ///< 1*list-char / string
    std::uint32_t number(std::string_view error);      ///< 32 bits
    std::uint32_t nz_number(std::string_view error);
    std::uint64_t number64(std::string_view error);  ///< 63 bits
    /// 1*<characters for which `is_part` holds>
    template <class Predicate>
    std::string_view run(Predicate is_part, std::string_view error) {
        std::size_t length = 0;
        const std::string_view left = rest();
        while (length < left.size() && is_part(left[length])) ++length;
        if (length == 0) fail(error);
        if (failed()) return {};
        at_ += length;
        return left.substr(0, length);
    }

private:
    std::string quoted();
    std::string literal();

    std::string_view text_;
    std::size_t at_ = 0;
    std::string_view error_;
};

}  // namespace helio::imap
