// ChunkReader: counts the bytes behind BDAT (RFC 3030 §2); they are taken as they are, without dots or ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace helio::smtp {

class ChunkReader {
public:
    explicit ChunkReader(std::uint64_t chunk_bytes) : left_(chunk_bytes) {}

    /// How many of `bytes` belong to the chunk; they are counted as read.
    std::size_t take(std::string_view bytes) {
        const auto count = bytes.size() < left_ ? bytes.size() : static_cast<std::size_t>(left_);
        left_ -= count;
        return count;
    }
    std::uint64_t left() const { return left_; }
    bool complete() const { return left_ == 0; }

private:
    std::uint64_t left_;
};

}  // namespace helio::smtp
