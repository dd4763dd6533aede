// LookUp: finds the answer to a question in the directory, by one or more searches within one deadline. Runs on the
// directory's worker. Asks for the domains that it needs through `DomainSource`, so that those are cached and shared.
#pragma once

#include <optional>
#include <string>

#include "common/ldap/connection_pool.h"
#include "common/ldap/match.h"
#include "common/ldap/questions.h"

namespace helio::ldap {

/// Cached answers about domains, for the steps of a look-up.
class DomainSource {
public:
    virtual ~DomainSource() = default;
    virtual Task<Answer<Domain>> domain(DomainQuestion question, SteadyTime deadline) = 0;
};

class LookUp {
public:
    LookUp(ConnectionPool& searches, DomainSource& domains, const Config& config)
        : searches_(searches), domains_(domains), config_(config) {}

    Task<Answer<Domain>> find(DomainQuestion question, SteadyTime deadline);
    Task<Answer<User>> find(UserQuestion question, SteadyTime deadline);
    Task<Answer<StoredPasswords>> find(PasswordQuestion question, SteadyTime deadline);
    Task<Answer<Groups>> find(GroupQuestion question, SteadyTime deadline);

private:
    using DomainPtr = std::shared_ptr<const Domain>;

    Task<Answer<User>> find_uid(std::string uid, DomainPtr domain, SteadyTime deadline);
    Task<Answer<User>> find_address(WantedAddress wanted, DomainPtr domain, SteadyTime deadline);
    Task<Answer<User>> find_catchall_of(DomainPtr domain, SteadyTime deadline);
    Task<Answer<User>> user_of(const Entry& entry, DomainPtr likely_home, SteadyTime deadline);
    Task<Answer<Domain>> home_of(std::string dn, DomainPtr likely_home, SteadyTime deadline);
    Task<Result<std::vector<Entry>>> search(std::string base_dn, Filter filter, SteadyTime deadline);

    ConnectionPool& searches_;
    DomainSource& domains_;
    const Config& config_;
};

}  // namespace helio::ldap
