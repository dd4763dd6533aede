#include "common/smtp/dot_stuffer.h"

namespace helio::smtp {

// `clean` has only whole CRLFs, so that a line starts exactly behind an LF.
void DotStuffer::stuff(std::string_view clean, std::string& into) {
    while (!clean.empty()) {
        if (at_line_start_ && clean.front() == '.') into += '.';
        const auto lf = clean.find('\n');
        const auto count = lf == clean.npos ? clean.size() : lf + 1;
        into += clean.substr(0, count);
        at_line_start_ = lf != clean.npos;
        clean.remove_prefix(count);
    }
}

void DotStuffer::feed(std::string_view bytes, std::string& into) {
    scratch_.clear();
    cleaner_.feed(bytes, scratch_);
    stuff(scratch_, into);
}

void DotStuffer::finish(std::string& into) {
    scratch_.clear();
    cleaner_.finish(scratch_);
    stuff(scratch_, into);
    if (!at_line_start_) into += "\r\n";
    into += ".\r\n";
}

}  // namespace helio::smtp
