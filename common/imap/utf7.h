// Modified UTF-7 (RFC 3501 §5.1.3): how IMAP4rev1 clients write mailbox names that are not plain ASCII.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace helio::imap {

/// `utf8` must be well-formed.
std::string encode_utf7(std::string_view utf8);
/// Strict: nothing for 8-bit bytes, control characters, encoded printable ASCII, superfluous shifts, bad padding or
/// lone surrogates. So names have one wire form only and encode_utf7() gives it back.
std::optional<std::string> decode_utf7(std::string_view wire);

}  // namespace helio::imap
