#include "mta/route/router.h"

#include "common/mail/subaddress.h"

namespace helio::mta {
namespace {

Route refused(smtp::Reply reply, bool held = false) { return {Route::Kind::refused, {}, std::move(reply), held}; }

Route directory_unknown() { return refused(smtp::reply(451, {4, 4, 3}, "directory not available, try again later")); }

// mta.md 4.7: the first status that is not active decides. Nothing for active.
std::optional<Route> by_status(ldap::Status status) {
    switch (status) {
        case ldap::Status::active:
            return std::nullopt;
        case ldap::Status::inactive:
            return refused(smtp::reply(450, {4, 2, 1}, "mailbox temporarily inactive"));
        case ldap::Status::hold:
            return refused(smtp::reply(451, {4, 2, 1}, "mailbox on hold"), true);
        case ldap::Status::overquota:
            return refused(smtp::reply(452, {4, 2, 2}, "mailbox over quota"));
        case ldap::Status::disabled:
            return refused(smtp::reply(550, {5, 2, 1}, "mailbox disabled"));
        case ldap::Status::deleted:
        case ldap::Status::removed:
            return refused(smtp::reply(550, {5, 1, 1}, "no such user here"));
    }
    return refused(smtp::reply(450, {4, 2, 1}, "mailbox temporarily inactive"));
}

// "uid@domain" as an address; a uid that is no dot-string is quoted.
Result<mail::Address> store_address(const ldap::User& user) {
    auto plain = mail::Address::parse(user.store_name());
    if (plain) return plain;
    std::string quoted = "\"";
    for (const char c : user.uid) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return mail::Address::parse(quoted + "\"@" + user.domain);
}

// The user's limit, else the domain's; nothing when there is none (-1) or none is set (-2, absent).
std::optional<std::uint64_t> limit_of(std::optional<std::int64_t> user, std::optional<std::int64_t> domain) {
    const auto chosen = user && *user != -2 ? user : domain;
    if (!chosen || *chosen < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*chosen);
}

}  // namespace

Route Router::to_user(const mail::Address& address, const ldap::User& user, const ldap::Domain& domain) const {
    if (auto stopped = by_status(user.status)) return std::move(*stopped);
    auto next = store_address(user);
    if (user.mail_host.empty() || !next) {
        log_.error("mta.user_without_mailhost", {{"user", user.store_name()}, {"dn", user.dn}});
        return refused(smtp::reply(451, {4, 3, 5}, "mailbox not set up, try again later"));
    }
    Recipient recipient{address, {Hop::store, user.mail_host}, std::move(*next), {}, {}};
    recipient.quota_bytes = limit_of(user.quota_bytes, domain.disk_quota_bytes);
    recipient.quota_messages = limit_of(user.quota_messages, domain.message_quota);
    return {Route::Kind::local, std::move(recipient), {}, false};
}

// The whole address, then without its sub-address (RFC 5233), then whoever catches all.
Task<Router::FoundUser> Router::find_user(mail::Address address, std::shared_ptr<const ldap::Domain> domain) {
    const auto& local_part = address.local_part();
    auto whole = co_await directory_.find_address(local_part, address.domain());
    const auto split = mail::split_subaddress(local_part, settings_.recipient_delimiter);
    if (!split || whole.found == ldap::Found::unknown) co_return FoundUser{std::move(whole), {}};
    const auto at_domain = "@" + address.domain();
    if (whole && whole->owns_address(local_part + at_domain, *domain)) co_return FoundUser{std::move(whole), {}};
    const std::string name(split->user);
    auto plain = co_await directory_.find_address(name, address.domain());
    if (plain.found == ldap::Found::unknown) co_return FoundUser{std::move(plain), {}};
    if (plain && plain->owns_address(name + at_domain, *domain)) {
        co_return FoundUser{std::move(plain), std::string(split->detail)};
    }
    co_return FoundUser{std::move(whole), {}};
}

Task<Route> Router::route_local(mail::Address address, std::shared_ptr<const ldap::Domain> domain) {
    auto [user, folder] = co_await find_user(address, domain);
    if (user.found == ldap::Found::unknown) co_return directory_unknown();
    if (user.found == ldap::Found::found) {
        auto route = to_user(address, *user.value, *domain);
        route.recipient.folder = std::move(folder);
        co_return route;
    }
    if (auto stopped = by_status(domain->status)) co_return std::move(*stopped);
    co_return refused(smtp::reply(550, {5, 1, 1}, "no such user here"));
}

Task<Route> Router::route(mail::Address address) {
    if (address.domain().empty()) {
        auto postmaster = mail::Address::parse(settings_.postmaster);
        if (!postmaster || postmaster->domain().empty()) {
            co_return refused(smtp::reply(550, {5, 1, 1}, "no such user here"));
        }
        address = std::move(*postmaster);
    }
    if (address.is_literal()) {
        co_return Route{Route::Kind::foreign, {address, {Hop::remote, address.domain()}, address, {}, {}}, {}, false};
    }
    const auto domain = co_await directory_.find_domain(address.domain());
    if (domain.found == ldap::Found::unknown) co_return directory_unknown();
    if (domain.found == ldap::Found::absent) {
        co_return Route{Route::Kind::foreign, {address, {Hop::remote, address.domain()}, address, {}, {}}, {}, false};
    }
    co_return co_await route_local(std::move(address), domain.value);
}

}  // namespace helio::mta
