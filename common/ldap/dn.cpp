#include "common/ldap/dn.h"

#include <memory>

#include <ldap.h>

#include "common/base/text.h"

namespace helio::ldap {
namespace {

struct FreeText {
    void operator()(char* text) const { ldap_memfree(text); }
};
using LdapText = std::unique_ptr<char, FreeText>;

struct FreeDn {
    void operator()(LDAPRDN* dn) const { ldap_dnfree(dn); }
};
using ParsedDn = std::unique_ptr<LDAPRDN, FreeDn>;

ParsedDn parse(std::string_view dn) {
    LDAPDN parsed = nullptr;
    if (ldap_str2dn(std::string(dn).c_str(), &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS) return nullptr;
    return ParsedDn(parsed);
}

// From the RDN at `first` to the root.
std::string print_from(LDAPRDN* first) {
    char* text = nullptr;
    if (ldap_dn2str(first, &text, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS) return {};
    const LdapText owned(text);
    return base::to_lower(text);
}

}  // namespace

std::string normalized_dn(std::string_view dn) {
    const auto parsed = parse(dn);
    return parsed ? print_from(parsed.get()) : std::string{};
}

std::vector<std::string> ancestors_of(std::string_view dn, std::string_view base) {
    const auto top = normalized_dn(base);
    const auto parsed = parse(dn);
    std::vector<std::string> found;
    if (!parsed || top.empty() || parsed.get()[0] == nullptr) return found;
    for (auto* rdn = parsed.get() + 1; *rdn != nullptr; ++rdn) {
        found.push_back(print_from(rdn));
        if (found.back() == top) return found;
    }
    return {};
}

}  // namespace helio::ldap
