// Notices: how soon after the answer to a delivery the held sessions of its recipient hear "* n EXISTS".
// One delivery at a time. A session that hears before the answer has been read counts with 0.
#pragma once

#include "common/base/clock.h"
#include "common/base/event.h"
#include "tests/bench/load/recorder.h"

namespace helio::bench {

class Notices {
public:
    /// A message to `user`, of whom `sessions` sessions are held, is about to be sent.
    void expect(unsigned user, std::size_t sessions);
    void answered(base::SteadyTime at);
    /// A session of `user` was told.
    void heard(unsigned user, base::SteadyTime at);
    /// Notified when all have heard.
    base::Event& all_heard() { return all_heard_; }
    std::size_t missing() const { return missing_; }
    const Recorder& times() const { return times_; }

private:
    unsigned user_ = 0;
    std::size_t missing_ = 0;
    bool has_answer_ = false;
    base::SteadyTime answered_{};
    base::Event all_heard_;
    Recorder times_;
};

}  // namespace helio::bench
