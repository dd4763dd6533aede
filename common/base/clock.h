// Clock: the one source of time. Real code gets system_clock(); tests turn a ManualClock by hand (tests/support).
#pragma once

#include <chrono>

namespace helio::base {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

class Clock {
public:
    virtual ~Clock() = default;
    virtual SteadyTime now() const = 0;     ///< for durations and deadlines
    virtual WallTime wall_now() const = 0;  ///< for dates that people and protocols see
};

/// The machine's clock; thread-safe, lives for ever.
const Clock& system_clock();

/// Seconds since 1970 of `time`.
inline std::int64_t unix_seconds(WallTime time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace helio::base
