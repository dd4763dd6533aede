// EnhancedStatus: a status code of RFC 3463 (class.subject.detail), as replies (RFC 2034) and DSNs carry it.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace helio::mail {

struct EnhancedStatus {
    std::uint8_t klass = 5;  ///< 2 success, 4 persistent transient failure, 5 permanent failure
    std::uint16_t subject = 0;
    std::uint16_t detail = 0;
    auto operator<=>(const EnhancedStatus&) const = default;

    bool is_success() const { return klass == 2; }
    bool is_temporary() const { return klass == 4; }
    bool is_permanent() const { return klass == 5; }
    /// "5.1.1"
    std::string to_string() const;
};

/// All of `text`: one class digit, then one to three digits each (RFC 3463 §2).
std::optional<EnhancedStatus> parse_enhanced_status(std::string_view text);
/// The code at the start of a reply's text ("5.1.1 no such user"); nothing when it has none.
std::optional<EnhancedStatus> leading_enhanced_status(std::string_view reply_text);
/// x.0.0 for a reply code that came without one: 2yz, 4yz or 5yz.
EnhancedStatus default_status(unsigned reply_code);

}  // namespace helio::mail
