// Directory: the questions that Heliograph asks the site's LDAP tree (Schema 2), as domain values (DESIGN section 5).
// Three-valued: found, absent (the directory says there is none: a permanent error) or unknown (no answer in time: a
// temporary error). Never mixed. The real one is PooledDirectory; unit tests use tests/support's FakeDirectory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/secret.h"
#include "common/base/task.h"

namespace helio::ldap {

enum class Found { found, absent, unknown };

/// `value` is set exactly when `found` is Found::found; it is shared with the cache and never changes.
template <class T>
struct Answer {
    Found found = Found::unknown;
    std::shared_ptr<const T> value;
    std::string detail;  ///< for the log: why unknown
    explicit operator bool() const { return found == Found::found; }
    const T* operator->() const { return value.get(); }
};

/// Status values of reference mta.md 4.7; absent is active, an illegal value is inactive.
enum class Status { active, inactive, disabled, deleted, removed, hold, overquota };

struct Domain {
    std::string dn;
    std::string name;                  ///< sunPreferredDomain: the canonical name, lower case
    std::vector<std::string> aliases;  ///< associatedDomain and the like, lower case
    Status status = Status::active;    ///< inetDomainStatus, then mailDomainStatus: the first not active wins
    std::string preferred_mail_host;
    std::vector<std::string> routing_hosts;  ///< mailRoutingHosts
    std::string smart_host;                  ///< mailRoutingSmartHost
    std::string catchall_address;            ///< mailDomainCatchallAddress
    std::optional<std::int64_t> disk_quota_bytes;
    std::optional<std::int64_t> message_quota;
    std::vector<std::string> allowed_service_access;  ///< mailDomainAllowedServiceAccess
};

struct User {
    std::string dn;
    std::string uid;
    std::string domain;                    ///< canonical name of its domain
    std::string mail;                      ///< primary address
    std::vector<std::string> alternates;   ///< mailAlternateAddress
    std::vector<std::string> equivalents;  ///< mailEquivalentAddress
    std::string mail_host;                 ///< lower case; empty when the entry has none
    Status status = Status::active;  ///< domain's and user's in the order of mta.md 4.7: the first not active wins
    std::vector<std::string> delivery_options;
    std::vector<std::string> forwarding_addresses;
    std::string routing_address;
    std::optional<std::int64_t> quota_bytes;     ///< mailQuota, else mailDomainDiskQuota; -1: none; absent: the store's
    std::optional<std::int64_t> quota_messages;  ///< mailMsgQuota, else mailDomainMsgQuota; likewise
    std::vector<std::string> allowed_service_access;  ///< mailAllowedServiceAccess, or the domain's when there is none
    std::string preferred_language;

    /// "uid@canonical-domain": the name of the user towards the stores.
    std::string store_name() const { return uid + "@" + domain; }
    /// True when `address` (local@domain, any case) is one of the user's own addresses; aliases of the domain count.
    bool owns_address(std::string_view address, const Domain& home) const;
};

/// Values of userPassword and authPassword as they stand in an entry.
struct StoredPasswords {
    std::vector<base::Secret> values;
};

/// The groups that a user is in, as "name@canonical-domain", lower case: by common name and by mail address.
struct Groups {
    std::vector<std::string> names;
};

enum class Proof { accepted, rejected, unknown };

class Directory {
public:
    virtual ~Directory() = default;

    /// By canonical name or alias, any case.
    virtual Task<Answer<Domain>> find_domain(std::string name) = 0;
    /// By login name: "uid@domain", "uid" (in the default domain), or a mail address of the user.
    virtual Task<Answer<User>> find_login(std::string login) = 0;
    /// By address: mail, mailAlternateAddress, mailEquivalentAddress, then the domain's catch-all, in that order.
    /// absent also when the domain itself is none of ours: ask find_domain first to tell relaying from unknown user.
    virtual Task<Answer<User>> find_address(std::string local_part, std::string domain) = 0;
    /// Binds as the user. Takes the same time for a wrong password and an unknown user when the caller passes
    /// nullptr for the latter.
    virtual Task<Proof> verify_password(std::shared_ptr<const User> user, base::Secret password) = 0;
    /// What the user's entry holds as his password, as far as our account may read it; for challenge mechanisms
    /// (SCRAM, CRAM-MD5). Takes as long for an unknown user when the caller passes nullptr; the answer is absent then.
    virtual Task<Answer<StoredPasswords>> find_passwords(std::shared_ptr<const User> user) = 0;
    /// Static groups (groupOfUniqueNames, groupOfNames) whose members name the user's entry; none is an answer too.
    /// unknown also when there are more than 1,000.
    virtual Task<Answer<Groups>> find_groups(std::shared_ptr<const User> user) = 0;
    /// Empty when the directory answers now, else why not; for /readyz. Any thread.
    virtual std::string not_ready() const = 0;
};

}  // namespace helio::ldap
