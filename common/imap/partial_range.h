// PartialRange: a page of a result (RFC 9394): "1:100" counts from the first, "-1:-100" from the last.
// Used by SEARCH RETURN (PARTIAL ...) and by the PARTIAL modifier of UID FETCH.
#pragma once

#include <cstdint>
#include <string>

#include "common/imap/cursor.h"

namespace helio::imap {

struct PartialRange {
    bool from_end = false;
    std::uint32_t first = 1;  ///< the smaller position, from 1
    std::uint32_t last = 1;
    bool operator==(const PartialRange&) const = default;

    /// The places, from 0, that it takes out of `count` results: [begin, end), empty when there are none.
    struct Window {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    Window window(std::size_t count) const;

    /// partial-range; either way round. Fails the cursor when there is none.
    static PartialRange parse(Cursor& in);
    std::string to_string() const;
};

}  // namespace helio::imap
