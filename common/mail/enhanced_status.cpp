#include "common/mail/enhanced_status.h"

#include "common/base/text.h"

namespace helio::mail {

std::string EnhancedStatus::to_string() const {
    return std::to_string(klass) + "." + std::to_string(subject) + "." + std::to_string(detail);
}

std::optional<EnhancedStatus> parse_enhanced_status(std::string_view text) {
    const auto parts = base::split(text, '.');
    if (parts.size() != 3 || (parts[0] != "2" && parts[0] != "4" && parts[0] != "5")) return std::nullopt;
    const auto subject = base::parse_number32(parts[1]);
    const auto detail = base::parse_number32(parts[2]);
    if (!subject || !detail || parts[1].size() > 3 || parts[2].size() > 3) return std::nullopt;
    return EnhancedStatus{static_cast<std::uint8_t>(parts[0].front() - '0'), static_cast<std::uint16_t>(*subject),
                          static_cast<std::uint16_t>(*detail)};
}

std::optional<EnhancedStatus> leading_enhanced_status(std::string_view reply_text) {
    return parse_enhanced_status(reply_text.substr(0, reply_text.find(' ')));
}

EnhancedStatus default_status(unsigned reply_code) {
    const unsigned klass = reply_code / 100;
    return {static_cast<std::uint8_t>(klass == 2 || klass == 4 ? klass : 5), 0, 0};
}

}  // namespace helio::mail
