// From entries to domain values, and which attributes a search must ask for to make them. Pure.
#pragma once

#include <span>

#include "common/base/result.h"
#include "common/ldap/directory.h"
#include "common/ldap/entry.h"

namespace helio::ldap {

std::span<const Attribute> domain_attributes();
std::span<const Attribute> user_attributes();
std::span<const Attribute> password_attributes();
std::span<const Attribute> group_attributes();

/// Error: malformed when the entry names no domain.
Result<Domain> read_domain(const Entry& entry);
/// `home` is the domain that the entry lies in. Error: malformed when it has no uid that can name a mailbox.
Result<User> read_user(const Entry& entry, const Domain& home);
StoredPasswords read_passwords(const Entry& entry);
/// The names of a group that lies in `home`: its common names, and its address when that is in this domain.
std::vector<std::string> read_group_names(const Entry& entry, const Domain& home);

}  // namespace helio::ldap
