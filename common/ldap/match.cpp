#include "common/ldap/match.h"

#include <array>

#include "common/ldap/errc.h"

namespace helio::ldap {
namespace {

constexpr std::array address_attributes = {schema::mail, schema::alternate_address, schema::equivalent_address};
constexpr std::array catch_all_attributes = {schema::alternate_address, schema::equivalent_address};
constexpr std::array alias_attributes = {schema::associated_domain, schema::organization_alias};

// The entry with the lowest rank; `rank_of` gives nothing for an entry that does not match.
template <class RankOf>
Picked pick_best(const std::vector<Entry>& entries, std::string_view asked, RankOf rank_of) {
    const Entry* best = nullptr;
    std::size_t best_rank = 0;
    bool twice = false;
    for (const auto& entry : entries) {
        const std::optional<std::size_t> rank = rank_of(entry);
        if (!rank) continue;
        if (best == nullptr || *rank < best_rank) {
            best = &entry;
            best_rank = *rank;
            twice = false;
        } else if (*rank == best_rank) {
            twice = true;
        }
    }
    if (twice) return fail(errc::ambiguous, std::string(asked) + " is in " + best->dn() + " and elsewhere");
    return best;
}

std::optional<std::size_t> rank_address(const Entry& entry, const WantedAddress& wanted) {
    std::size_t rank = 0;
    for (const auto& domain : wanted.domains) {
        const auto address = wanted.local_part + "@" + domain;
        for (const auto attribute : address_attributes) {
            if (entry.holds(attribute, address)) return rank;
            ++rank;
        }
    }
    if (!wanted.catch_all) return std::nullopt;
    for (const auto& domain : wanted.domains) {
        for (const auto attribute : catch_all_attributes) {
            if (entry.holds(attribute, "@" + domain)) return rank;
            ++rank;
        }
    }
    return std::nullopt;
}

Filter is_domain() { return Filter::equal(schema::object_class, schema::managed_organization); }

Filter is_user() {
    return Filter::any_of({Filter::equal(schema::object_class, schema::inet_mail_user),
                           Filter::equal(schema::object_class, schema::inet_user)});
}

}  // namespace

Filter domain_filter(std::string_view name) {
    return Filter::all_of({is_domain(), Filter::any_of({Filter::equal(schema::preferred_domain, name),
                                                        Filter::equal(schema::associated_domain, name),
                                                        Filter::equal(schema::organization_alias, name)})});
}

Filter any_domain_filter() {
    return Filter::all_of({is_domain(), Filter::any_of({Filter::present(schema::preferred_domain),
                                                        Filter::present(schema::associated_domain)})});
}

Filter any_user_filter() { return is_user(); }

Filter login_filter(std::string_view uid) { return Filter::all_of({is_user(), Filter::equal(schema::uid, uid)}); }

Filter groups_filter(std::string_view dn) {
    return Filter::any_of({Filter::all_of({Filter::equal(schema::object_class, schema::group_of_unique_names),
                                           Filter::equal(schema::unique_member, dn)}),
                           Filter::all_of({Filter::equal(schema::object_class, schema::group_of_names),
                                           Filter::equal(schema::member, dn)})});
}

Filter address_filter(const WantedAddress& wanted) {
    std::vector<Filter> any;
    for (const auto& domain : wanted.domains) {
        for (const auto attribute : address_attributes)
            any.push_back(Filter::equal(attribute, wanted.local_part + "@" + domain));
        if (!wanted.catch_all) continue;
        for (const auto attribute : catch_all_attributes) any.push_back(Filter::equal(attribute, "@" + domain));
    }
    return Filter::all_of(
        {Filter::equal(schema::object_class, schema::inet_mail_user), Filter::any_of(std::move(any))});
}

Picked pick_domain(const std::vector<Entry>& entries, std::string_view name) {
    return pick_best(entries, name, [&](const Entry& entry) -> std::optional<std::size_t> {
        if (entry.holds(schema::preferred_domain, name)) return 0;
        for (const auto attribute : alias_attributes)
            if (entry.holds(attribute, name)) return 1;
        return std::nullopt;
    });
}

Picked pick_address(const std::vector<Entry>& entries, const WantedAddress& wanted) {
    return pick_best(entries, wanted.local_part + "@" + wanted.domains.front(),
                     [&](const Entry& entry) { return rank_address(entry, wanted); });
}

}  // namespace helio::ldap
