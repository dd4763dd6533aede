// LoginIntervals: when each user has logged in last, so that nobody polls more often than the site allows (LOGIN-DELAY,
// RFC 2449 §6.5, RFC 3206). Bounded: who hasn't logged in for the longest time is forgotten first. Thread-safe; one per
// store.
#pragma once

#include <list>
#include <mutex>
#include <unordered_map>

#include "common/base/clock.h"
#include "store/mailbox/ids.h"

namespace helio::store {

class LoginIntervals {
public:
    /// `least` 0: every login is in time.
    LoginIntervals(std::chrono::milliseconds least, std::size_t users, const base::Clock& clock)
        : least_(least), most_users_(users), clock_(clock) {}

    /// True, and remembered, when the user's last login is long enough ago.
    bool admit(UserId user);

private:
    struct Last {
        UserId user;
        base::SteadyTime at;
    };
    const std::chrono::milliseconds least_;
    const std::size_t most_users_;
    const base::Clock& clock_;
    std::mutex lock_;
    std::list<Last> logins_;  // the latest first
    std::unordered_map<UserId, std::list<Last>::iterator> by_user_;
};

}  // namespace helio::store
