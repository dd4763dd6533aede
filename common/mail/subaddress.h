// Sub-addresses (RFC 5233): "user+folder" in a local part. The relays split them, and a store whose relay does not.
// Pure.
#pragma once

#include <optional>
#include <string_view>

namespace helio::mail {

/// RFC 5233 §4. Views of the local part that was split.
struct Subaddress {
    std::string_view user;
    std::string_view detail;  ///< names a folder; may be empty
};

/// Splits at the first `delimiter`; nothing when there is none, nobody stands before it, or `delimiter` is empty.
std::optional<Subaddress> split_subaddress(std::string_view local_part, std::string_view delimiter);

/// What a configuration may name: one visible ASCII character but "@", or nothing: no sub-addresses.
bool is_recipient_delimiter(std::string_view text);

}  // namespace helio::mail
