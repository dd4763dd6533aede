#include "store/popd/login_intervals.h"

namespace helio::store {

bool LoginIntervals::admit(UserId user) {
    if (least_ <= std::chrono::milliseconds(0)) return true;
    const std::lock_guard lock(lock_);
    const auto now = clock_.now();
    const auto known = by_user_.find(user);
    if (known != by_user_.end()) {
        if (now - known->second->at < least_) return false;
        known->second->at = now;
        logins_.splice(logins_.begin(), logins_, known->second);
        return true;
    }
    logins_.push_front({user, now});
    by_user_.emplace(user, logins_.begin());
    if (logins_.size() > most_users_) {
        by_user_.erase(logins_.back().user);
        logins_.pop_back();
    }
    return true;
}

}  // namespace helio::store
