// PooledDirectory: the real Directory (DESIGN section 5). One thread of its own owns every libldap handle; callers on
// any executor's thread await its answers, and a cached answer is given on the caller's thread without a hop. What
// holds: no caller waits longer than Config::timeout; while the directory can't be asked, found answers go on up to
// stale_limit and everything else is unknown; one search per missing key however many wait for it; all is bounded.
// Destroy it before the executors of its callers, and with no question under way.
#pragma once

#include <memory>

#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/ldap/config.h"
#include "common/ldap/directory.h"
#include "common/logging/logger.h"

namespace helio::ldap {

class PooledDirectory final : public Directory {
public:
    /// Starts to connect at once and returns without waiting for it. `clock` is for the caches alone.
    PooledDirectory(Config config, const logging::Logger& log, base::Registry& metrics,
                    const base::Clock& clock = base::system_clock());
    ~PooledDirectory() override;

    Task<Answer<Domain>> find_domain(std::string name) override;
    Task<Answer<User>> find_login(std::string login) override;
    Task<Answer<User>> find_address(std::string local_part, std::string domain) override;
    Task<Proof> verify_password(std::shared_ptr<const User> user, base::Secret password) override;
    Task<Answer<StoredPasswords>> find_passwords(std::shared_ptr<const User> user) override;
    Task<Answer<Groups>> find_groups(std::shared_ptr<const User> user) override;
    std::string not_ready() const override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace helio::ldap
