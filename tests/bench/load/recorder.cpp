#include "tests/bench/load/recorder.h"

#include <algorithm>

namespace helio::bench {

void Recorder::succeeded(std::chrono::nanoseconds took, std::uint64_t bytes) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    took_us_.push_back(static_cast<std::uint32_t>(std::min<std::int64_t>(us, UINT32_MAX)));
    bytes_ += bytes;
}

void Recorder::failed(const std::string& why) {
    ++failures_;
    if (reasons_.size() < 20 || reasons_.contains(why)) ++reasons_[why];
}

double Recorder::percentile_ms(double share) const {
    if (took_us_.empty()) return 0;
    auto sorted = took_us_;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(at), sorted.end());
    return static_cast<double>(sorted[at]) / 1000.0;
}

}  // namespace helio::bench
