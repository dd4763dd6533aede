// ManualClock: time that a test turns by hand.
#pragma once

#include "common/base/clock.h"

namespace helio::test {

class ManualClock final : public base::Clock {
public:
    base::SteadyTime now() const override { return steady_; }
    base::WallTime wall_now() const override { return wall_; }
    void advance(std::chrono::milliseconds by) {
        steady_ += by;
        wall_ += by;
    }

private:
    base::SteadyTime steady_{std::chrono::hours(1000)};
    base::WallTime wall_{std::chrono::seconds(1'790'000'000)};
};

}  // namespace helio::test
