#include "common/mail/encoded_word.h"

#include <optional>

#include "common/base/text.h"
#include "common/mail/charset.h"
#include "common/mail/transfer.h"

namespace helio::mail {
namespace {

// RFC 2047 allows 75; senders write whole subjects into one. Bounds the search for an end that isn't there.
constexpr std::size_t word_most = 4096;

struct Word {
    std::string_view charset;
    char encoding = 'Q';
    std::string_view text;
    std::size_t length = 0;  // of the whole encoded word
};

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = base::to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// "=?" charset ["*" language] "?" encoding "?", at the start of `text`; `length` is that of this.
std::optional<Word> parse_word_start(std::string_view text) {
    const auto charset_end = text.find('?', 2);
    if (charset_end == std::string_view::npos || charset_end + 2 >= text.size() || text[charset_end + 2] != '?')
        return std::nullopt;
    Word word;
    word.charset = text.substr(2, charset_end - 2);
    word.charset = word.charset.substr(0, word.charset.find('*'));  // RFC 2231 §5
    word.encoding = base::to_lower(text[charset_end + 1]);
    if (word.charset.empty() || (word.encoding != 'q' && word.encoding != 'b')) return std::nullopt;
    word.length = charset_end + 3;
    return word;
}

/// encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?=", at the start of `text`.
/// Encoded-text has no "?" (RFC 2047 §2). One that stands alone is lived with; where another word starts, this one is
/// broken, and must not take that along.
std::optional<Word> parse_word(std::string_view text) {
    text = text.substr(0, word_most);
    auto word = parse_word_start(text);
    if (!word) return std::nullopt;
    const auto start = word->length;
    for (auto mark = text.find('?', start); mark != std::string_view::npos; mark = text.find('?', mark + 1)) {
        if (text.substr(mark).starts_with("?=")) {
            word->text = text.substr(start, mark - start);
            word->length = mark + 2;
            return word;
        }
        if (mark > start && text[mark - 1] == '=' && parse_word_start(text.substr(mark - 1))) return std::nullopt;
    }
    return std::nullopt;
}

/// The "Q" encoding (§4.2).
std::string decode_q(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '_') {
            bytes.push_back(' ');
        } else if (text[i] == '=' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                   hex_value(text[i + 2]) >= 0) {
            bytes.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
            i += 2;
        } else {
            bytes.push_back(text[i]);
        }
    }
    return bytes;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// Adjacent words of one charset are joined before conversion: senders split multi-byte characters between them.
class Joiner {
public:
    explicit Joiner(std::string& into) : into_(into) {}
    void word(const Word& word) {
        if (!pending_.empty() && !base::equals_ignoring_case(charset_, word.charset)) flush();
        charset_ = word.charset;
        pending_ += word.encoding == 'b' ? decode_transfer(Encoding::base64, word.text) : decode_q(word.text);
    }
    void flush() {
        if (!pending_.empty()) into_ += to_utf8(charset_, pending_);
        pending_.clear();
    }

private:
    std::string& into_;
    std::string_view charset_;
    std::string pending_;
};

}  // namespace

std::string decode_header(std::string_view value) {
    std::string text;
    Joiner joiner(text);
    bool after_word = false;
    while (!value.empty()) {
        auto at = value.find("=?");
        std::optional<Word> word;
        while (at != std::string_view::npos && !(word = parse_word(value.substr(at)))) at = value.find("=?", at + 2);
        const auto plain = value.substr(0, at);
        if (!plain.empty() && !(after_word && word && is_blank(plain))) {
            joiner.flush();
            text += to_utf8("", plain);
        }
        if (!word) break;
        joiner.word(*word);
        after_word = true;
        value.remove_prefix(at + word->length);
    }
    joiner.flush();
    return text;
}

std::string decode_extended_parameter(std::string_view value) {
    std::string_view charset;
    const auto first = value.find('\'');
    const auto second = first == std::string_view::npos ? first : value.find('\'', first + 1);
    if (second != std::string_view::npos) {
        charset = value.substr(0, first);
        value.remove_prefix(second + 1);
    }
    std::string bytes;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const bool escape =
            value[i] == '%' && i + 2 < value.size() && hex_value(value[i + 1]) >= 0 && hex_value(value[i + 2]) >= 0;
        if (escape) bytes.push_back(static_cast<char>(hex_value(value[i + 1]) * 16 + hex_value(value[i + 2])));
        if (escape) i += 2;
        if (!escape) bytes.push_back(value[i]);
    }
    return to_utf8(charset, bytes);
}

}  // namespace helio::mail
