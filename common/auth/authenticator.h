// Authenticator: name and password of a client -> a user of the directory, with guessing throttled by address and by
// user. One per daemon; used by the MMP, the store's direct logins and submission.
// Wrong password, unknown user and throttled look alike to the client, in text and in time.
#pragma once

#include <memory>
#include <string>

#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/config/document.h"
#include "common/ldap/directory.h"
#include "common/logging/logger.h"
#include "common/net/address.h"
#include "common/net/worker.h"

namespace helio::auth {

enum class Verdict {
    ok,
    rejected,     ///< wrong password, unknown user, account not active for this service: one answer for all
    unavailable,  ///< the directory gave no answer: temporary
    throttled,    ///< too many failures of late; answered like `rejected`, after a delay, without asking the directory
};

struct Login {
    Verdict verdict = Verdict::unavailable;
    std::shared_ptr<const ldap::User> user;  ///< set with ok
    std::string reason;                      ///< for the log: "wrong password", "no such user", "status disabled"
};

struct ThrottleConfig {
    unsigned failures_per_address = 20;  ///< within `window`; then throttled until it has passed
    unsigned failures_per_user = 10;
    std::chrono::milliseconds window{10 * 60'000};
    std::chrono::milliseconds delay{2'000};  ///< every failed login is answered so late
    std::size_t entries = 100'000;           ///< bound of the table; the oldest go
};
/// Keys of [auth]: failures_per_address, failures_per_user, window, delay.
ThrottleConfig read_throttle_config(config::Section section);

class Authenticator {
public:
    Authenticator(ldap::Directory& directory, ThrottleConfig throttle, const logging::Logger& log,
                  base::Registry& metrics, const base::Clock& clock = base::system_clock());
    ~Authenticator();

    /// `service` is "imap", "pop3", "smtp" or "sieve", for the metrics and mailAllowedServiceAccess.
    /// An authorization id other than the user itself is rejected here; proxy logins are the store's business.
    Task<Login> login(std::string name, base::Secret password, net::Address client, std::string service);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace helio::auth
