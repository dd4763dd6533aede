#include "store/popd/dot_text.h"

namespace helio::store {

void DotText::feed(std::string_view piece, std::string& into) {
    while (!piece.empty()) {
        if (at_line_start_ && piece.front() == '.') into.push_back('.');
        const auto newline = piece.find('\n');
        const auto line = piece.substr(0, newline);
        into += line;
        if (!line.empty()) after_cr_ = line.back() == '\r';
        if (newline == std::string_view::npos) {
            at_line_start_ = false;
            return;
        }
        into += after_cr_ ? "\n" : "\r\n";
        after_cr_ = false;
        at_line_start_ = true;
        piece.remove_prefix(newline + 1);
    }
}

void DotText::finish(std::string& into) {
    if (!at_line_start_) into += after_cr_ ? "\n" : "\r\n";
    into += ".\r\n";
}

std::size_t TopCut::take(std::string_view piece) {
    std::size_t at = 0;
    while (at < piece.size() && !done()) {
        const auto newline = piece.find('\n', at);
        const auto end = newline == std::string_view::npos ? piece.size() : newline;
        const auto line = piece.substr(at, end - at);
        if (!line.empty() && line != "\r") line_is_empty_ = false;
        if (newline == std::string_view::npos) return piece.size();
        at = newline + 1;
        if (!in_header_) {
            --left_;
        } else if (line_is_empty_) {
            in_header_ = false;
        }
        line_is_empty_ = true;
    }
    return at;
}

}  // namespace helio::store
