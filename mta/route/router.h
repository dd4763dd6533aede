// Router: turns a recipient into its next hop by the directory (DESIGN section 5, reference mta.md 4.7). Asked at RCPT
// and again before each attempt of the queue, so that a user who moved is followed. Rewrite rules, mappings, lists,
// forwarding and Sieve join here: whatever they do ends in Recipients.
// Three-valued: absent gives 550, unknown 451; the reply is ready for the client and for a DSN.
#pragma once

#include <string>

#include "common/ldap/directory.h"
#include "common/logging/logger.h"
#include "mta/message.h"

namespace helio::mta {

struct Route {
    enum class Kind {
        local,    ///< one of our users: `recipient` is complete
        foreign,  ///< not our domain: `recipient` goes by MX; whether the client may is smtpd's decision
        refused,  ///< `reply` says why, for now (4xx) or for good (5xx)
    };
    Kind kind = Kind::refused;
    Recipient recipient;
    smtp::Reply reply;
    bool held = false;  ///< with refused: status hold; a queue keeps it without giving up
};

struct RouterSettings {
    std::string postmaster;                 ///< whom `<postmaster>` without a domain means; empty: 550
    std::string recipient_delimiter = "+";  ///< of sub-addresses (RFC 5233), one character; empty: there are none
};

class Router {
public:
    Router(ldap::Directory& directory, RouterSettings settings, const logging::Logger& log)
        : directory_(directory), settings_(std::move(settings)), log_(log) {}

    Task<Route> route(mail::Address address);

private:
    struct FoundUser {
        ldap::Answer<ldap::User> user;
        std::string folder;
    };
    Task<FoundUser> find_user(mail::Address address, std::shared_ptr<const ldap::Domain> domain);
    Task<Route> route_local(mail::Address address, std::shared_ptr<const ldap::Domain> domain);
    Route to_user(const mail::Address& address, const ldap::User& user, const ldap::Domain& domain) const;

    ldap::Directory& directory_;
    const RouterSettings settings_;
    const logging::Logger& log_;
};

}  // namespace helio::mta
