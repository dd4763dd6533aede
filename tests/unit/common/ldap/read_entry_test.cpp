#include "common/ldap/read_entry.h"

#include "common/ldap/dn.h"
#include "common/ldap/errc.h"
#include "common/ldap/status.h"
#include "tests/support/catch.h"

using namespace helio;
using namespace helio::ldap;

namespace {

Entry user_entry() {
    Entry entry("uid=alice,o=example.test");
    entry.add("uid", "Alice");
    entry.add("mail", "alice@example.test");
    return entry;
}

Status status_of(const char* inet_domain, const char* mail_domain, const char* inet_user, const char* mail_user) {
    Entry domain_entry("o=example.test");
    domain_entry.add("sunPreferredDomain", "example.test");
    if (inet_domain != nullptr) domain_entry.add("inetDomainStatus", inet_domain);
    if (mail_domain != nullptr) domain_entry.add("mailDomainStatus", mail_domain);
    auto entry = user_entry();
    if (inet_user != nullptr) entry.add("inetUserStatus", inet_user);
    if (mail_user != nullptr) entry.add("mailUserStatus", mail_user);
    return read_user(entry, read_domain(domain_entry).value()).value().status;
}

}  // namespace

TEST_CASE("the first status that is not active wins", "[ldap]") {
    CHECK(status_of(nullptr, nullptr, nullptr, nullptr) == Status::active);
    CHECK(status_of("active", "Active", "ACTIVE", "active") == Status::active);
    CHECK(status_of("deleted", "hold", "inactive", "disabled") == Status::deleted);
    CHECK(status_of(nullptr, "hold", "inactive", "disabled") == Status::hold);
    CHECK(status_of(nullptr, nullptr, "inactive", "disabled") == Status::inactive);
    CHECK(status_of(nullptr, nullptr, nullptr, "disabled") == Status::disabled);
    CHECK(status_of(nullptr, "overquota", nullptr, "removed") == Status::overquota);
    CHECK(status_of(nullptr, nullptr, nullptr, "removed") == Status::removed);
}

TEST_CASE("an illegal status is inactive, and some are legal for mail alone", "[ldap]") {
    CHECK(status_of("actve", nullptr, nullptr, nullptr) == Status::inactive);
    CHECK(status_of("hold", nullptr, nullptr, nullptr) == Status::inactive);
    CHECK(status_of(nullptr, nullptr, "disabled", nullptr) == Status::inactive);
    CHECK(status_of(nullptr, nullptr, "removed", nullptr) == Status::inactive);
    CHECK(status_of(nullptr, nullptr, nullptr, "suspended") == Status::inactive);
}

TEST_CASE("a user is read from an entry", "[ldap]") {
    auto entry = user_entry();
    for (const auto& [name, value] :
         std::initializer_list<std::pair<const char*, const char*>>{{"mailAlternateAddress", "a@example.test"},
                                                                    {"mailAlternateAddress", "b@example.test"},
                                                                    {"mailEquivalentAddress", "c@example.test"},
                                                                    {"mailHost", "Store-A.example.test"},
                                                                    {"mailDeliveryOption", "mailbox"},
                                                                    {"mailForwardingAddress", "else@where.test"},
                                                                    {"mailQuota", "-1"},
                                                                    {"mailMsgQuota", "-2"},
                                                                    {"preferredLanguage", "de"}})
        entry.add(name, value);
    Domain home;
    home.name = "example.test";
    home.disk_quota_bytes = 500;
    const auto user = read_user(entry, home);
    REQUIRE_OK(user);
    home.message_quota = 7;
    CHECK(read_user(entry, home)->quota_messages == std::int64_t{7});  // -2: the domain's default
    CHECK(user->store_name() == "alice@example.test");
    CHECK(user->mail_host == "store-a.example.test");
    CHECK(user->alternates == std::vector<std::string>{"a@example.test", "b@example.test"});
    CHECK(user->equivalents == std::vector<std::string>{"c@example.test"});
    CHECK(user->quota_bytes == std::int64_t{-1});
    CHECK(user->quota_messages == std::nullopt);
    CHECK(user->delivery_options == std::vector<std::string>{"mailbox"});
    CHECK(user->forwarding_addresses == std::vector<std::string>{"else@where.test"});
    CHECK(user->preferred_language == "de");
}

TEST_CASE("an entry whose uid can't name a mailbox is no user", "[ldap]") {
    Domain home;
    home.name = "example.test";
    for (const char* uid : {"", "a@b", "a/b", "a b", "..\n", "\xff"}) {
        Entry entry("cn=x");
        entry.add("uid", uid);
        const auto user = read_user(entry, home);
        REQUIRE_FALSE(user);
        CHECK(user.error().code == errc::malformed);
    }
}

TEST_CASE("values with control characters are left out of an entry", "[ldap]") {
    Entry entry("cn=x");
    entry.add("mailHost", "store-a\r\nRCPT TO:<x>");
    entry.add("mailHost", std::string_view("a\0b", 3));
    CHECK(entry.first(schema::mail_host).empty());
}

TEST_CASE("a domain is read from an entry", "[ldap]") {
    Entry entry("o=example.test");
    entry.add("sunPreferredDomain", "Example.test");
    entry.add("associatedDomain", "Alias.example.test");
    entry.add("associatedDomain", "example.test");
    entry.add("sunOrganizationAlias", "Example Ltd");
    entry.add("mailDomainDiskQuota", "1000000");
    entry.add("mailRoutingHosts", "relay.example.test");
    const auto domain = read_domain(entry);
    REQUIRE_OK(domain);
    CHECK(domain->name == "example.test");
    CHECK(domain->aliases == std::vector<std::string>{"alias.example.test", "example ltd"});
    CHECK(domain->disk_quota_bytes == std::int64_t{1'000'000});
    CHECK(domain->routing_hosts == std::vector<std::string>{"relay.example.test"});

    Entry only_associated("o=b");
    only_associated.add("associatedDomain", "b.test");
    CHECK(read_domain(only_associated).value().name == "b.test");
    CHECK_FALSE(read_domain(Entry("o=c")));
}

TEST_CASE("a user owns its addresses under every name of its domain", "[ldap]") {
    Domain home;
    home.name = "example.test";
    home.aliases = {"alias.example.test"};
    User user;
    user.uid = "alice";
    user.domain = "example.test";
    user.mail = "alice@example.test";
    user.alternates = {"Alice.Ashby@example.test", "@catchall.test"};
    user.equivalents = {"a@other.test"};
    CHECK(user.owns_address("ALICE@Example.test", home));
    CHECK(user.owns_address("alice@alias.example.test", home));
    CHECK(user.owns_address("alice.ashby@alias.example.test", home));
    CHECK(user.owns_address("a@other.test", home));
    CHECK_FALSE(user.owns_address("a@example.test", home));
    CHECK_FALSE(user.owns_address("bob@example.test", home));
    CHECK_FALSE(user.owns_address("alice@elsewhere.test", home));
    CHECK_FALSE(user.owns_address("anything@catchall.test", home));
    CHECK_FALSE(user.owns_address("@catchall.test", home));
    CHECK_FALSE(user.owns_address("", home));
    CHECK_FALSE(user.owns_address("alice", home));
}

TEST_CASE("the ancestors of a DN end at the base", "[ldap]") {
    using Names = std::vector<std::string>;
    CHECK(ancestors_of("uid=A, OU=People,o=Example.test,o=usergroup", "o=UserGroup") ==
          Names{"ou=people,o=example.test,o=usergroup", "o=example.test,o=usergroup", "o=usergroup"});
    CHECK(ancestors_of("uid=a\\,b,o=usergroup", "o=usergroup") == Names{"o=usergroup"});
    CHECK(ancestors_of("uid=a,o=elsewhere", "o=usergroup").empty());
    CHECK(ancestors_of("o=usergroup", "o=usergroup").empty());
    CHECK(ancestors_of("no dn", "o=usergroup").empty());
    CHECK(ancestors_of("", "o=usergroup").empty());
    CHECK(normalized_dn("O = A , o=b") == "o=a,o=b");
}
