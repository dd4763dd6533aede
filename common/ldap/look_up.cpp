#include "common/ldap/look_up.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/ldap/dn.h"
#include "common/ldap/errc.h"
#include "common/ldap/read_entry.h"

namespace helio::ldap {
namespace {

template <class T>
Answer<T> absent() {
    return {Found::absent, nullptr, {}};
}

template <class T>
Answer<T> unknown(std::string why) {
    return {Found::unknown, nullptr, std::move(why)};
}

template <class T>
Answer<T> unknown(const Error& error) {
    return unknown<T>(to_string(error));
}

template <class T>
Answer<T> found(T value) {
    return {Found::found, std::make_shared<const T>(std::move(value)), {}};
}

Answer<Domain> domain_of(const Entry& entry) {
    auto domain = read_domain(entry);
    if (!domain) return unknown<Domain>(domain.error());
    return found(std::move(*domain));
}

// The address in the forms that count: an alias of the domain means the domain.
WantedAddress wanted_address(std::string local_part, std::string domain, const Domain& home) {
    WantedAddress wanted{std::move(local_part), {std::move(domain)}, true};
    if (wanted.domains.front() != home.name) wanted.domains.push_back(home.name);
    return wanted;
}

}  // namespace

Task<Answer<Domain>> LookUp::find(DomainQuestion question, SteadyTime deadline) {
    if (question.by == DomainQuestion::By::dn) {
        SearchRequest request{question.text, Scope::base, any_domain_filter(), domain_attributes(), 1};
        auto entries = co_await searches_.search(std::move(request), deadline);
        if (!entries && entries.error().code == errc::no_base) co_return absent<Domain>();
        if (!entries) co_return unknown<Domain>(entries.error());
        if (entries->empty()) co_return absent<Domain>();
        co_return domain_of(entries->front());
    }
    SearchRequest request{config_.base_dn, Scope::subtree, domain_filter(question.text), domain_attributes(), 10};
    auto entries = co_await searches_.search(std::move(request), deadline);
    if (!entries) co_return unknown<Domain>(entries.error());  // no_base too: the configuration is wrong
    auto picked = pick_domain(*entries, question.text);
    if (!picked) co_return unknown<Domain>(picked.error());
    if (*picked == nullptr) co_return absent<Domain>();
    co_return domain_of(**picked);
}

Task<Answer<User>> LookUp::find(UserQuestion question, SteadyTime deadline) {
    auto domain = co_await domains_.domain({DomainQuestion::By::name, question.domain}, deadline);
    if (!domain) co_return Answer<User>{domain.found, nullptr, domain.detail};
    auto wanted = wanted_address(question.local_part, question.domain, *domain.value);
    if (question.by == UserQuestion::By::login) {
        auto by_uid = co_await find_uid(question.local_part, domain.value, deadline);
        if (by_uid.found != Found::absent) co_return by_uid;
        wanted.catch_all = false;
        auto by_address = co_await find_address(std::move(wanted), domain.value, deadline);
        co_return by_address;
    }
    auto by_address = co_await find_address(std::move(wanted), domain.value, deadline);
    if (by_address.found != Found::absent) co_return by_address;
    auto by_catchall = co_await find_catchall_of(domain.value, deadline);
    co_return by_catchall;
}

Task<Answer<StoredPasswords>> LookUp::find(PasswordQuestion question, SteadyTime deadline) {
    SearchRequest request{std::move(question.dn), Scope::base, any_user_filter(), password_attributes(), 1};
    auto entries = co_await searches_.search(std::move(request), deadline);
    if (!entries && entries.error().code == errc::no_base) co_return absent<StoredPasswords>();
    if (!entries) co_return unknown<StoredPasswords>(entries.error());
    if (entries->empty()) co_return absent<StoredPasswords>();
    co_return found(read_passwords(entries->front()));
}

Task<Answer<Groups>> LookUp::find(GroupQuestion question, SteadyTime deadline) {
    constexpr int most_groups = 1'000;
    const auto home = co_await domains_.domain({DomainQuestion::By::name, question.domain}, deadline);
    if (!home) co_return unknown<Groups>("domain of " + question.dn + ": " + home.detail);
    SearchRequest request{config_.base_dn, Scope::subtree, groups_filter(question.dn), group_attributes(), most_groups};
    const auto entries = co_await searches_.search(std::move(request), deadline);
    if (!entries) co_return unknown<Groups>(entries.error());
    Groups groups;
    for (const auto& entry : *entries) {
        const auto place = co_await home_of(entry.dn(), home.value, deadline);
        if (place.found == Found::unknown) co_return unknown<Groups>(place.detail);
        if (!place) continue;  // of no domain: it has no name here
        for (auto& name : read_group_names(entry, *place.value)) groups.names.push_back(std::move(name));
    }
    std::ranges::sort(groups.names);
    const auto doubles = std::ranges::unique(groups.names);
    groups.names.erase(doubles.begin(), doubles.end());
    co_return found(std::move(groups));
}

Task<Result<std::vector<Entry>>> LookUp::search(std::string base_dn, Filter filter, SteadyTime deadline) {
    SearchRequest request{std::move(base_dn), Scope::subtree, std::move(filter), user_attributes(), 20};
    auto entries = co_await searches_.search(std::move(request), deadline);
    co_return std::move(entries);
}

// A uid is unique in its domain. Entries of domains that lie below this one are theirs.
Task<Answer<User>> LookUp::find_uid(std::string uid, DomainPtr domain, SteadyTime deadline) {
    auto entries = co_await search(domain->dn, login_filter(uid), deadline);
    if (!entries && entries.error().code == errc::no_base) co_return absent<User>();  // the domain has just gone
    if (!entries) co_return unknown<User>(entries.error());
    auto answer = absent<User>();
    for (const auto& entry : *entries) {
        if (!entry.holds(schema::uid, uid)) continue;
        auto user = co_await user_of(entry, domain, deadline);
        if (user.found == Found::unknown) co_return user;
        if (!user || user->domain != domain->name) continue;
        if (answer) co_return unknown<User>("uid " + uid + " twice in " + domain->dn);
        answer = std::move(user);
    }
    co_return answer;
}

Task<Answer<User>> LookUp::find_address(WantedAddress wanted, DomainPtr domain, SteadyTime deadline) {
    auto entries = co_await search(config_.base_dn, address_filter(wanted), deadline);
    if (!entries) co_return unknown<User>(entries.error());
    auto picked = pick_address(*entries, wanted);
    if (!picked) co_return unknown<User>(picked.error());
    if (*picked == nullptr) co_return absent<User>();
    auto user = co_await user_of(**picked, domain, deadline);
    co_return user;
}

// mailDomainCatchallAddress, when it is an address of a user here; one that is elsewhere is the relay's business.
Task<Answer<User>> LookUp::find_catchall_of(DomainPtr domain, SteadyTime deadline) {
    const auto address = base::to_lower(domain->catchall_address);
    const auto at = address.rfind('@');
    if (at == std::string::npos || !is_askable(address)) co_return absent<User>();
    auto target_domain = co_await domains_.domain({DomainQuestion::By::name, address.substr(at + 1)}, deadline);
    if (!target_domain) co_return Answer<User>{target_domain.found, nullptr, target_domain.detail};
    auto wanted = wanted_address(address.substr(0, at), address.substr(at + 1), *target_domain.value);
    wanted.catch_all = false;
    auto user = co_await find_address(std::move(wanted), target_domain.value, deadline);
    co_return user;
}

Task<Answer<User>> LookUp::user_of(const Entry& entry, DomainPtr likely_home, SteadyTime deadline) {
    auto home = co_await home_of(entry.dn(), std::move(likely_home), deadline);
    if (home.found == Found::absent) co_return unknown<User>(entry.dn() + " lies in no domain");
    if (!home) co_return unknown<User>(home.detail);
    auto user = read_user(entry, *home.value);
    if (!user) co_return unknown<User>(user.error());
    co_return found(std::move(*user));
}

// The nearest entry above `dn` that is a domain. Containers (ou=People) are asked once and then known not to be one.
Task<Answer<Domain>> LookUp::home_of(std::string dn, DomainPtr likely_home, SteadyTime deadline) {
    const auto likely_dn = normalized_dn(likely_home->dn);
    for (auto& above : ancestors_of(dn, config_.base_dn)) {
        if (above == likely_dn) co_return Answer<Domain>{Found::found, likely_home, {}};
        auto domain = co_await domains_.domain({DomainQuestion::By::dn, std::move(above)}, deadline);
        if (domain.found != Found::absent) co_return domain;
    }
    co_return absent<Domain>();
}

}  // namespace helio::ldap
