// Guard: what stands before every proof of a user, whatever the mechanism: throttling by address and by user, the names
// that could never be a login, the count of outcomes, and the time at which refusals go out. Used by Authenticator and
// Dialogue. Thread-safe.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "common/auth/config.h"
#include "common/auth/familiar.h"
#include "common/auth/login.h"
#include "common/auth/throttle.h"
#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/logging/logger.h"
#include "common/net/address.h"

namespace helio::auth {

class Guard {
public:
    Guard(ThrottleConfig config, const logging::Logger& log, base::Registry& metrics, const base::Clock& clock);

    /// Why `name` could never be a login, so that the directory isn't asked; empty: it could.
    static std::string_view flaw_of(std::string_view name);
    /// hold stops delivery and overquota stops new mail (mta.md 4.7): both users still read what they have.
    static bool may_log_in(ldap::Status status);
    static std::string_view name_of(ldap::Status status);

    /// Why nobody is asked about this login: empty, "address throttled" or "user throttled".
    /// Guessed at from elsewhere, a user still gets in from where he is known.
    std::string_view blocked(std::string_view name, const net::Address& client);
    /// Counts the outcome: under the name as typed and under the user's own, so that aliases and mail addresses give
    /// no further guesses. `user` may be null.
    void record(std::string_view name, const ldap::User* user, const Login& login, const net::Address& client,
                std::string_view service);
    /// Every refusal comes equally late, whatever the look-up and the proof took.
    Task<> wait(Verdict verdict, base::SteadyTime began) const;
    const base::Clock& clock() const { return clock_; }

private:
    const ThrottleConfig config_;
    const logging::Logger& log_;
    const base::Clock& clock_;
    Throttle addresses_;
    Throttle users_;
    Familiar familiar_;
    std::array<std::array<base::Counter*, 5>, 4> outcomes_{};
};

}  // namespace helio::auth
