// AccessFilter: which clients may use which services, in the form of Sun's directories:
// "+imap:ALL$-pop:10.0.0.$+smtp:.example.test EXCEPT bad.example.test". Rules that allow (+) come first: a match
// grants; then a rule that denies (-) refuses; without any match only a filter that has nothing but allowing rules
// refuses. Used for mailAllowedServiceAccess, mailDomainAllowedServiceAccess and the [access] table. Pure;
// tests/fuzz/auth_access.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/config/document.h"
#include "common/net/address.h"

namespace helio::auth {

/// Bounds of one filter; longer ones are malformed.
inline constexpr std::size_t most_filter_bytes = 16 * 1024;
inline constexpr std::size_t most_rules = 256;

struct AccessQuestion {
    std::string_view service;  ///< "imap", "pop3", "smtp", "sieve", "http"
    bool tls = false;          ///< "imaps" and the like mean the service under TLS alone
    net::Address client;
    std::string_view host = {};  ///< the client's confirmed host name, lower case; empty: unknown
};

/// One client pattern: ALL or *, LOCAL (a host name without a dot), KNOWN, UNKNOWN, an address, a network as a.b.c.d/n
/// or a.b.c.d/mask, the beginning of an address (192.0.2.), a host name, or the end of one (.example.test). A user
/// before an @ is passed over: the user is proven otherwise.
class ClientPattern {
public:
    /// Nothing when it is none of these.
    static std::optional<ClientPattern> parse(std::string_view text);
    bool matches(const AccessQuestion& question) const;
    /// True when only a look-up of the host name can tell.
    bool needs_host() const { return kind_ >= Kind::known; }
    std::string to_string() const;
    bool operator==(const ClientPattern& other) const { return to_string() == other.to_string(); }

private:
    enum class Kind { all, network, prefix, known, unknown, local, host, domain };
    Kind kind_ = Kind::all;
    net::Network network_;
    std::string text_;
};

struct AccessRule {
    bool allow = true;
    std::vector<std::string> services;  ///< lower case; "all"
    std::vector<ClientPattern> clients;
    std::vector<ClientPattern> except;
    bool matches(const AccessQuestion& question) const;
    bool operator==(const AccessRule&) const = default;
};

class AccessFilter {
public:
    AccessFilter() = default;
    explicit AccessFilter(std::vector<AccessRule> rules) : rules_(std::move(rules)) {}
    /// All values of an attribute together; each may hold several rules between "$". Errors: a rule is malformed.
    static Result<AccessFilter> parse(const std::vector<std::string>& values);

    bool empty() const { return rules_.empty(); }
    /// True without rules, too.
    bool grants(const AccessQuestion& question) const;
    bool needs_host() const;
    const std::vector<AccessRule>& rules() const { return rules_; }
    std::string to_string() const;
    bool operator==(const AccessFilter&) const = default;

private:
    std::vector<AccessRule> rules_;
};

/// A filter for each service that has one.
using SiteAccess = std::map<std::string, AccessFilter, std::less<>>;
/// The site's own lists: [access.imap] allow = ["192.0.2.0/24"], deny = [...]; likewise pop3 and smtp. Throws
/// config::ConfigError for what is no pattern.
SiteAccess read_access_config(config::Section section);

}  // namespace helio::auth
