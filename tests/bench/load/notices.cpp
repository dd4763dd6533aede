#include "tests/bench/load/notices.h"

namespace helio::bench {

void Notices::expect(unsigned user, std::size_t sessions) {
    user_ = user;
    missing_ = sessions;
    has_answer_ = false;
    (void)all_heard_.take_pending();
}

void Notices::answered(base::SteadyTime at) {
    answered_ = at;
    has_answer_ = true;
}

void Notices::heard(unsigned user, base::SteadyTime at) {
    if (user != user_ || missing_ == 0) return;
    times_.succeeded(has_answer_ ? at - answered_ : std::chrono::nanoseconds(0), 0);
    if (--missing_ == 0) all_heard_.notify();
}

}  // namespace helio::bench
