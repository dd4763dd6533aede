#include "common/storage/byte_source.h"

#include <algorithm>

#include "common/storage/errc.h"

namespace helio::storage {
namespace {
constexpr std::size_t window_bytes = 256u << 10;
}

Result<std::string_view> FileBytes::at(std::uint64_t offset, std::size_t length) {
    if (offset >= limit_) return std::string_view();
    length = static_cast<std::size_t>(std::min<std::uint64_t>(length, limit_ - offset));
    if (offset < window_at_ || offset + length > window_at_ + window_.size()) {
        const auto want = std::min<std::uint64_t>(std::max(length, window_bytes), limit_ - offset);
        window_.resize(static_cast<std::size_t>(want));
        window_at_ = offset;
        auto got = file_.read(window_.data(), window_.size(), offset);
        if (!got) {
            window_.clear();
            return fail(errc::io, to_string(got.error()));
        }
        window_.resize(*got);
    }
    return std::string_view(window_).substr(static_cast<std::size_t>(offset - window_at_), length);
}

}  // namespace helio::storage
