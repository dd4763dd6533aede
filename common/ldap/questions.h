// Questions: what callers ask, as values with the key under which the answer is cached. Names are lower case already.
#pragma once

#include <string>

#include "common/ldap/directory.h"

namespace helio::ldap {

struct DomainQuestion {
    enum class By { name, dn };
    using Value = Domain;
    By by = By::name;
    std::string text;

    std::string key() const { return (by == By::name ? "n:" : "d:") + text; }
};

struct UserQuestion {
    enum class By { login, address };
    using Value = User;
    By by = By::login;
    std::string local_part;
    std::string domain;

    std::string key() const { return (by == By::login ? "l:" : "a:") + local_part + "@" + domain; }
};

/// The stored passwords of one entry.
struct PasswordQuestion {
    using Value = StoredPasswords;
    std::string dn;

    const std::string& key() const { return dn; }
};

/// The groups that name this entry, of a user of this domain.
struct GroupQuestion {
    using Value = Groups;
    std::string dn;
    std::string domain;

    const std::string& key() const { return dn; }
};

}  // namespace helio::ldap
