#include "mta/smtpd/header_check.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::mta {
namespace {

constexpr std::size_t kept_bytes = 16;  // the longest name looked for, its colon and a CR

}  // namespace

void HeaderCheck::end_line() {
    const std::string_view line = line_;
    if (line.empty() || line == "\r") in_body_ = true;
    if (base::starts_with_ignoring_case(line, "Received:")) ++received_;
    if (base::starts_with_ignoring_case(line, "Date:")) has_date_ = true;
    if (base::starts_with_ignoring_case(line, "Message-ID:")) has_message_id_ = true;
    line_.clear();
}

void HeaderCheck::feed(std::string_view bytes) {
    while (!bytes.empty() && !in_body_) {
        const auto lf = std::min(bytes.find('\n'), bytes.size());
        const auto room = kept_bytes - std::min(kept_bytes, line_.size());
        line_ += bytes.substr(0, std::min(lf, room));
        if (lf == bytes.size()) return;
        end_line();
        bytes.remove_prefix(lf + 1);
    }
}

}  // namespace helio::mta
