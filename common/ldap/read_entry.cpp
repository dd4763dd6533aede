#include "common/ldap/read_entry.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/base/text.h"
#include "common/ldap/errc.h"
#include "common/ldap/status.h"

namespace helio::ldap {
namespace {

constexpr std::array domain_wanted = {
    schema::preferred_domain,  schema::associated_domain,    schema::organization_alias,
    schema::domain_status,     schema::mail_domain_status,   schema::preferred_mail_host,
    schema::routing_hosts,     schema::smart_host,           schema::catchall_address,
    schema::domain_disk_quota, schema::domain_message_quota, schema::domain_service_access,
};
constexpr std::array user_wanted = {
    schema::uid,
    schema::mail,
    schema::alternate_address,
    schema::equivalent_address,
    schema::mail_host,
    schema::user_status,
    schema::mail_user_status,
    schema::delivery_option,
    schema::forwarding_address,
    schema::routing_address,
    schema::quota,
    schema::message_quota,
    schema::service_access,
    schema::preferred_language,
};

constexpr std::array group_wanted = {schema::common_name, schema::mail};
constexpr std::array password_wanted = {schema::auth_password, schema::user_password};

std::string lower(std::string_view text) { return base::to_lower(base::trim(text)); }

// -1 is "no limit"; -2, nothing and what is no number are "the default".
std::optional<std::int64_t> read_quota(std::string_view text) {
    text = base::trim(text);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < -1) return std::nullopt;
    return value;
}

// uid@domain names a mailbox at the stores: the uid must not be able to look like something else.
bool names_a_mailbox(std::string_view uid) {
    return !uid.empty() && uid.size() <= 256 && uid.find_first_of("@/ ") == std::string_view::npos &&
           base::is_utf8(uid);
}

}  // namespace

std::span<const Attribute> domain_attributes() { return domain_wanted; }
std::span<const Attribute> user_attributes() { return user_wanted; }
std::span<const Attribute> password_attributes() { return password_wanted; }
std::span<const Attribute> group_attributes() { return group_wanted; }

Result<Domain> read_domain(const Entry& entry) {
    Domain domain;
    domain.dn = entry.dn();
    for (const auto& alias : entry.all(schema::associated_domain)) domain.aliases.push_back(lower(alias));
    for (const auto& alias : entry.all(schema::organization_alias)) domain.aliases.push_back(lower(alias));
    domain.name = lower(entry.first(schema::preferred_domain));
    if (domain.name.empty()) domain.name = lower(entry.first(schema::associated_domain));
    if (domain.name.empty()) return fail(errc::malformed, "no domain name in " + entry.dn());
    std::erase(domain.aliases, domain.name);
    domain.status = first_not_active({parse_general_status(entry.first(schema::domain_status)),
                                      parse_mail_status(entry.first(schema::mail_domain_status))});
    domain.preferred_mail_host = lower(entry.first(schema::preferred_mail_host));
    domain.routing_hosts = entry.all(schema::routing_hosts);
    domain.smart_host = lower(entry.first(schema::smart_host));
    domain.catchall_address = entry.first(schema::catchall_address);
    domain.disk_quota_bytes = read_quota(entry.first(schema::domain_disk_quota));
    domain.message_quota = read_quota(entry.first(schema::domain_message_quota));
    domain.allowed_service_access = entry.all(schema::domain_service_access);
    return domain;
}

Result<User> read_user(const Entry& entry, const Domain& home) {
    User user;
    user.dn = entry.dn();
    user.uid = base::to_lower(entry.first(schema::uid));
    if (!names_a_mailbox(user.uid)) return fail(errc::malformed, "no usable uid in " + entry.dn());
    user.domain = home.name;
    user.mail = entry.first(schema::mail);
    user.alternates = entry.all(schema::alternate_address);
    user.equivalents = entry.all(schema::equivalent_address);
    user.mail_host = lower(entry.first(schema::mail_host));
    user.status = first_not_active({home.status, parse_general_status(entry.first(schema::user_status)),
                                    parse_mail_status(entry.first(schema::mail_user_status))});
    user.delivery_options = entry.all(schema::delivery_option);
    user.forwarding_addresses = entry.all(schema::forwarding_address);
    user.routing_address = entry.first(schema::routing_address);
    user.quota_bytes = read_quota(entry.first(schema::quota));
    user.quota_messages = read_quota(entry.first(schema::message_quota));
    if (!user.quota_bytes) user.quota_bytes = home.disk_quota_bytes;
    if (!user.quota_messages) user.quota_messages = home.message_quota;
    user.allowed_service_access = entry.all(schema::service_access);
    if (user.allowed_service_access.empty()) user.allowed_service_access = home.allowed_service_access;
    user.preferred_language = entry.first(schema::preferred_language);
    return user;
}

std::vector<std::string> read_group_names(const Entry& entry, const Domain& home) {
    std::vector<std::string> names;
    const auto at_home = "@" + home.name;
    for (const auto& name : entry.all(schema::common_name)) {
        if (name.find('@') == std::string::npos) names.push_back(lower(name) + at_home);
    }
    auto address = lower(entry.first(schema::mail));
    if (address.size() > at_home.size() && address.ends_with(at_home)) names.push_back(std::move(address));
    return names;
}

StoredPasswords read_passwords(const Entry& entry) {
    StoredPasswords stored;
    for (const auto attribute : password_wanted) {
        for (const auto& value : entry.all(attribute)) stored.values.emplace_back(value);
    }
    return stored;
}

}  // namespace helio::ldap
