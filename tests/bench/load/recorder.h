// Recorder: how long each operation took and what went wrong. One per run; single-threaded like the tool.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace helio::bench {

class Recorder {
public:
    void succeeded(std::chrono::nanoseconds took, std::uint64_t bytes);
    /// `why` is counted by its text: keep it free of numbers that differ each time.
    void failed(const std::string& why);

    std::uint64_t successes() const { return took_us_.size(); }
    std::uint64_t failures() const { return failures_; }
    std::uint64_t bytes() const { return bytes_; }
    const std::map<std::string, std::uint64_t>& reasons() const { return reasons_; }
    /// In milliseconds; `share` from 0 to 1. 0 when nothing succeeded.
    double percentile_ms(double share) const;

private:
    std::vector<std::uint32_t> took_us_;
    std::uint64_t failures_ = 0;
    std::uint64_t bytes_ = 0;
    std::map<std::string, std::uint64_t> reasons_;
};

}  // namespace helio::bench
