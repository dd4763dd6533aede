#include "common/smtp/line_cleaner.h"

#include <algorithm>
#include <cstring>

namespace helio::smtp {
namespace {

std::size_t find(std::string_view bytes, char c) {
    const void* found = bytes.empty() ? nullptr : std::memchr(bytes.data(), c, bytes.size());
    return found == nullptr ? bytes.npos : static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
}

}  // namespace

// `bytes` holds neither CR nor LF.
void LineCleaner::append(std::string_view bytes, std::string& into) {
    if (bytes.empty()) return;
    const auto begin = into.size();
    into += bytes;
    at_line_start_ = false;
    if (find(bytes, '\0') == bytes.npos) return;
    dirty_ = true;
    std::replace(into.begin() + static_cast<std::ptrdiff_t>(begin), into.end(), '\0', ' ');
}

void LineCleaner::feed(std::string_view bytes, std::string& into) {
    while (!bytes.empty()) {
        if (cr_waits_) {
            cr_waits_ = false;
            if (bytes.front() == '\n') {
                into += "\r\n";
                at_line_start_ = true;
                bytes.remove_prefix(1);
                continue;
            }
            dirty_ = true;
            append(" ", into);
        }
        const auto lf = find(bytes, '\n');
        const auto cr = find(bytes.substr(0, lf), '\r');
        const auto stop = std::min(cr, lf);
        append(bytes.substr(0, stop), into);
        if (stop == bytes.npos) return;
        if (bytes[stop] == '\r') {
            cr_waits_ = true;
        } else {
            dirty_ = true;
            into += "\r\n";
            at_line_start_ = true;
        }
        bytes.remove_prefix(stop + 1);
    }
}

void LineCleaner::finish(std::string& into) {
    if (!cr_waits_) return;
    cr_waits_ = false;
    dirty_ = true;
    append(" ", into);
}

}  // namespace helio::smtp
