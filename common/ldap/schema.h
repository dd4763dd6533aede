// Names of the attributes and object classes that Heliograph reads: the one place where they are spelled.
// An Attribute can only be made here, so that no filter ever holds a name that came from outside.
// The schema itself is deploy/ldap/heliograph.ldif.
#pragma once

#include <string_view>

namespace helio::ldap {

class Attribute {
public:
    consteval explicit Attribute(std::string_view name) : name_(name) {}
    constexpr std::string_view name() const { return name_; }

private:
    std::string_view name_;
};

namespace schema {

inline constexpr Attribute object_class{"objectClass"};

// Domains (Schema 2).
inline constexpr Attribute preferred_domain{"sunPreferredDomain"};
inline constexpr Attribute associated_domain{"associatedDomain"};
inline constexpr Attribute organization_alias{"sunOrganizationAlias"};
inline constexpr Attribute domain_status{"inetDomainStatus"};
inline constexpr Attribute mail_domain_status{"mailDomainStatus"};
inline constexpr Attribute preferred_mail_host{"preferredMailHost"};
inline constexpr Attribute routing_hosts{"mailRoutingHosts"};
inline constexpr Attribute smart_host{"mailRoutingSmartHost"};
inline constexpr Attribute catchall_address{"mailDomainCatchallAddress"};
inline constexpr Attribute domain_disk_quota{"mailDomainDiskQuota"};
inline constexpr Attribute domain_message_quota{"mailDomainMsgQuota"};
inline constexpr Attribute domain_service_access{"mailDomainAllowedServiceAccess"};

// Users.
inline constexpr Attribute uid{"uid"};
inline constexpr Attribute mail{"mail"};
inline constexpr Attribute alternate_address{"mailAlternateAddress"};
inline constexpr Attribute equivalent_address{"mailEquivalentAddress"};
inline constexpr Attribute mail_host{"mailHost"};
inline constexpr Attribute user_status{"inetUserStatus"};
inline constexpr Attribute mail_user_status{"mailUserStatus"};
inline constexpr Attribute delivery_option{"mailDeliveryOption"};
inline constexpr Attribute forwarding_address{"mailForwardingAddress"};
inline constexpr Attribute routing_address{"mailRoutingAddress"};
inline constexpr Attribute quota{"mailQuota"};
inline constexpr Attribute message_quota{"mailMsgQuota"};
inline constexpr Attribute service_access{"mailAllowedServiceAccess"};
inline constexpr Attribute preferred_language{"preferredLanguage"};
inline constexpr Attribute user_password{"userPassword"};
inline constexpr Attribute auth_password{"authPassword"};  // RFC 3112, RFC 5803

// Groups.
inline constexpr Attribute unique_member{"uniqueMember"};
inline constexpr Attribute member{"member"};
inline constexpr Attribute common_name{"cn"};

inline constexpr std::string_view managed_organization = "sunManagedOrganization";
inline constexpr std::string_view inet_user = "inetUser";
inline constexpr std::string_view inet_mail_user = "inetMailUser";
inline constexpr std::string_view group_of_unique_names = "groupOfUniqueNames";
inline constexpr std::string_view group_of_names = "groupOfNames";

}  // namespace schema
}  // namespace helio::ldap
