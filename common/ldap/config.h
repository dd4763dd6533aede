// Config of the directory client: the [ldap] table that every daemon has.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/base/secret.h"
#include "common/config/document.h"

namespace helio::ldap {

using std::chrono::milliseconds;

struct Config {
    std::vector<std::string> urls;  ///< ldap:// or ldaps://; the first that answers is used
    std::string bind_dn;            ///< the daemons' account; empty: anonymous
    base::Secret bind_password;
    std::string base_dn;            ///< all domains lie below it
    std::string default_domain;     ///< of a login without a domain; empty: such a login is absent
    milliseconds timeout{5'000};    ///< nobody waits longer for an answer
    std::string tls_ca;             ///< PEM file; empty: the system's
    bool start_tls = false;         ///< on ldap:// URLs; without it they are plain text
    unsigned connections = 2;       ///< for searches; each carries many at once
    unsigned bind_connections = 4;  ///< for passwords; each checks one at a time
    milliseconds cache_ttl{60'000};
    milliseconds negative_ttl{10'000};
    milliseconds stale_limit{3'600'000};  ///< how old a found answer may be while the directory can't be asked
    std::size_t cache_entries = 100'000;  ///< each of users and domains
    milliseconds return_after{60'000};    ///< so often an earlier URL is tried again while a later one serves; 0: never
    milliseconds bind_cache_ttl{10'000};  ///< an accepted password is believed again so long; 0: never
};

/// Keys: urls, bind_dn, bind_password or bind_password_file, base_dn, default_domain, timeout, tls_ca, start_tls,
/// connections, bind_connections, cache_ttl, negative_ttl, stale_limit, cache_entries, return_after, bind_cache_ttl.
/// Throws config::ConfigError; an unreadable password file is one.
Config read_config(config::Section section);

}  // namespace helio::ldap
