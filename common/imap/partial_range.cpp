#include "common/imap/partial_range.h"

#include <algorithm>

namespace helio::imap {

// partial-range       = partial-range-first / partial-range-last
// partial-range-first = nz-number ":" nz-number
// partial-range-last  = MINUS nz-number ":" MINUS nz-number
PartialRange PartialRange::parse(Cursor& in) {
    constexpr std::string_view error = "Invalid partial range";
    PartialRange range;
    range.from_end = in.take('-');
    range.first = in.nz_number(error);
    in.expect(':', error);
    if (range.from_end) in.expect('-', error);
    range.last = in.nz_number(error);
    if (range.first > range.last) std::swap(range.first, range.last);
    return in.failed() ? PartialRange() : range;
}

PartialRange::Window PartialRange::window(std::size_t count) const {
    if (first > count) return {};
    const std::size_t most = std::min<std::size_t>(last, count);
    if (from_end) return {count - most, count - first + 1};
    return {first - std::size_t{1}, most};
}

std::string PartialRange::to_string() const {
    const std::string sign = from_end ? "-" : "";
    return sign + std::to_string(first) + ':' + sign + std::to_string(last);
}

}  // namespace helio::imap
