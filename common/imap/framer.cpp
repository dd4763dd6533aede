#include "common/imap/framer.h"

#include <algorithm>
#include <limits>

#include "common/imap/char_class.h"

namespace helio::imap {

namespace {

constexpr std::uint64_t literal_minus_bytes = 4096;
constexpr std::size_t skipped_tail_bytes = 32;  // enough to see a literal header at the end of a skipped line
constexpr std::size_t kept_tag_bytes = 80;

}  // namespace

std::string_view tag_of(std::string_view command) {
    std::size_t length = 0;
    while (length < command.size() && is_tag_char(command[length])) ++length;
    if (length == 0 || length > 64) return "*";
    if (length < command.size() && command[length] != ' ') return "*";
    return command.substr(0, length);
}

std::string_view Framer::tag() const { return tag_of(text_); }

void Framer::reset() {
    std::fill(text_.begin(), text_.end(), '\0');
    std::string().swap(text_);
    std::string().swap(tail_);
    phase_ = Phase::line;
    fault_ = Fault::none;
    line_start_ = 0;
    remaining_ = 0;
}

Framer::Step Framer::feed(std::string_view bytes) {
    std::size_t consumed = 0;
    for (;;) {
        const std::string_view rest = bytes.substr(consumed);
        Step step;
        switch (phase_) {
            case Phase::line:
                step = feed_line(rest);
                break;
            case Phase::literal:
                step = feed_literal(rest);
                break;
            case Phase::skip_line:
            case Phase::skip_literal:
                step = skip(rest);
                break;
            case Phase::await_decision:
                step = announced_;
                step.consumed = 0;
                break;
        }
        consumed += step.consumed;
        step.consumed = consumed;
        // A literal that ended, or a phase change without an event, goes on with what is left.
        if (step.state != State::need_more || consumed == bytes.size()) return step;
    }
}

Framer::Step Framer::feed_line(std::string_view bytes) {
    const auto end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    // A CR at the end is (or may become) part of the line's end and does not count.
    const bool ends_in_cr = part.empty() ? text_.ends_with('\r') : part.ends_with('\r');
    const std::size_t total = text_.size() + part.size() - (ends_in_cr ? 1 : 0);
    const std::size_t most = std::min(line_start_ + limits_.line_bytes, limits_.total_bytes);
    if (total > most) {
        start_skipping(most == limits_.total_bytes ? Fault::too_large : Fault::line_too_long);
        if (text_.size() < kept_tag_bytes) text_ += part.substr(0, kept_tag_bytes);
        if (text_.size() > most) text_.resize(most);
        if (text_.size() > kept_tag_bytes) text_.resize(kept_tag_bytes);
        return skip(bytes);
    }
    text_ += part;
    if (end == std::string_view::npos) return {.consumed = part.size()};
    return end_of_line(part.size() + 1);
}

Framer::Step Framer::end_of_line(std::size_t consumed) {
    if (text_.size() > line_start_ && text_.back() == '\r') text_.pop_back();
    const std::string_view line = std::string_view(text_).substr(line_start_);
    if (fault_ == Fault::none && line.find('\0') != std::string_view::npos) fault_ = Fault::nul;
    if (fault_ == Fault::none && line.find('\r') != std::string_view::npos) fault_ = Fault::bare_cr;
    const bool literal = read_literal_header(line);
    if (literal && fault_ == Fault::none) {
        text_ += "\r\n";
        phase_ = Phase::await_decision;
        announced_.consumed = consumed;
        return announced_;
    }
    if (literal && announced_.non_sync) {
        skip_announced_literal();
        return {.consumed = consumed};
    }
    const Fault fault = fault_;
    return {.state = fault == Fault::none ? State::complete : State::error, .consumed = consumed, .fault = fault};
}

// literal  = "{" number64 ["+"] "}" CRLF *CHAR8
// literal8 = "~{" number64 ["+"] "}" CRLF *OCTET
bool Framer::read_literal_header(std::string_view line) {
    announced_ = {.state = State::literal};
    if (line.size() < 3 || line.back() != '}') return false;
    line.remove_suffix(1);
    if (line.back() == '+') {
        announced_.non_sync = true;
        line.remove_suffix(1);
    }
    const auto open = line.rfind('{');
    if (open == std::string_view::npos || open + 1 == line.size()) return false;
    std::uint64_t bytes = 0;
    for (const char c : line.substr(open + 1)) {
        if (!is_digit(c)) return false;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        bytes = bytes > (most - digit) / 10 ? most : bytes * 10 + digit;
    }
    announced_.literal_bytes = bytes;
    announced_.binary = open > 0 && line[open - 1] == '~';
    return true;
}

bool Framer::accept_literal() {
    const std::uint64_t bytes = announced_.literal_bytes;
    if (limits_.literal_minus && announced_.non_sync && bytes > literal_minus_bytes) return false;
    if (bytes > limits_.literal_bytes || text_.size() > limits_.total_bytes ||
        bytes > limits_.total_bytes - text_.size()) {
        return false;
    }
    remaining_ = bytes;
    phase_ = bytes == 0 ? Phase::line : Phase::literal;
    line_start_ = text_.size();
    return true;
}

void Framer::take_literal() {
    phase_ = Phase::line;
    line_start_ = text_.size();
}

bool Framer::refuse_literal() {
    if (!announced_.non_sync) return true;
    fault_ = Fault::refused;
    skip_announced_literal();
    return false;
}

Framer::Step Framer::feed_literal(std::string_view bytes) {
    const auto part = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size())));
    if (!announced_.binary && part.find('\0') != std::string_view::npos && fault_ == Fault::none) fault_ = Fault::nul;
    text_ += part;
    remaining_ -= part.size();
    if (remaining_ == 0) {
        phase_ = Phase::line;
        line_start_ = text_.size();
    }
    return {.consumed = part.size()};
}

// From here on only the tag is kept, and the end of the line for its literal header.
void Framer::start_skipping(Fault fault) {
    if (fault_ == Fault::none) fault_ = fault;
    phase_ = Phase::skip_line;
    line_start_ = std::min(line_start_, text_.size());
    tail_.assign(text_, std::max(line_start_, text_.size() - std::min(text_.size(), skipped_tail_bytes)));
    if (text_.size() > kept_tag_bytes) text_.resize(kept_tag_bytes);
}

void Framer::skip_announced_literal() {
    start_skipping(fault_);
    tail_.clear();
    remaining_ = announced_.literal_bytes;
    if (remaining_ > 0) phase_ = Phase::skip_literal;
}

// Skips to the end of the command, non-synchronising literals included.
Framer::Step Framer::skip(std::string_view bytes) {
    if (phase_ == Phase::skip_literal) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size()));
        remaining_ -= count;
        if (remaining_ == 0) phase_ = Phase::skip_line;
        return {.consumed = count};
    }
    const auto end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    tail_ += part.substr(part.size() - std::min(part.size(), skipped_tail_bytes));
    if (tail_.size() > skipped_tail_bytes) tail_.erase(0, tail_.size() - skipped_tail_bytes);
    if (end == std::string_view::npos) return {.consumed = part.size()};
    if (tail_.ends_with('\r')) tail_.pop_back();
    if (read_literal_header(tail_) && announced_.non_sync) {
        skip_announced_literal();
        return {.consumed = part.size() + 1};
    }
    return {.state = State::error, .consumed = part.size() + 1, .fault = fault_};
}

std::string_view to_text(Framer::Fault fault) {
    switch (fault) {
        case Framer::Fault::none:
            return "";
        case Framer::Fault::line_too_long:
            return "Command line too long";
        case Framer::Fault::too_large:
            return "Command too large";
        case Framer::Fault::nul:
            return "NUL in command";
        case Framer::Fault::bare_cr:
            return "Bare CR in command";
        case Framer::Fault::refused:
            return "Literal too large";
    }
    return "";
}

}  // namespace helio::imap
