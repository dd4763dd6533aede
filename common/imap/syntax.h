// SyntaxError: why a command does not parse; what every parser of common/imap answers instead of a value.
// `text` is fixed wording of ours (never input), so it may stand in a BAD reply.
#pragma once

#include <expected>
#include <string_view>

namespace helio::imap {

struct SyntaxError {
    std::string_view text;
};

template <class T>
using Parsed = std::expected<T, SyntaxError>;

}  // namespace helio::imap
