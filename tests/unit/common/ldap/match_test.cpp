#include "common/ldap/match.h"

#include "common/ldap/errc.h"
#include "tests/support/catch.h"

using namespace helio;
using namespace helio::ldap;

namespace {

Entry entry(std::string dn, std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
    Entry made(std::move(dn));
    for (const auto& [name, value] : values) made.add(name, value);
    return made;
}

std::string picked_dn(const Picked& picked) {
    if (!picked) return picked.error().code.message();
    return *picked == nullptr ? "none" : (*picked)->dn();
}

const WantedAddress wanted{"info", {"alias.example.test", "example.test"}, true};

}  // namespace

TEST_CASE("an address filter asks for both names of the domain and for the catch-alls", "[ldap]") {
    CHECK(address_filter({"info", {"example.test"}, true}).text() ==
          "(&(objectClass=inetMailUser)(|(mail=info@example.test)(mailAlternateAddress=info@example.test)"
          "(mailEquivalentAddress=info@example.test)(mailAlternateAddress=@example.test)"
          "(mailEquivalentAddress=@example.test)))");
    CHECK(address_filter({"a", {"b.test"}, false}).text().find("=@") == std::string::npos);
}

TEST_CASE("of several entries the best match is picked: mail, the alternates, the catch-alls", "[ldap]") {
    std::vector<Entry> entries;
    CHECK(picked_dn(pick_address(entries, wanted)) == "none");
    entries.push_back(entry("catch-all canonical", {{"mailAlternateAddress", "@example.test"}}));
    CHECK(picked_dn(pick_address(entries, wanted)) == "catch-all canonical");
    entries.push_back(entry("catch-all as sent", {{"mailAlternateAddress", "@alias.example.test"}}));
    CHECK(picked_dn(pick_address(entries, wanted)) == "catch-all as sent");
    entries.push_back(entry("equivalent", {{"mailEquivalentAddress", "info@example.test"}}));
    CHECK(picked_dn(pick_address(entries, wanted)) == "equivalent");
    entries.push_back(entry("alternate", {{"mailalternateaddress", "Info@Example.TEST"}}));
    CHECK(picked_dn(pick_address(entries, wanted)) == "alternate");
    entries.push_back(entry("mail", {{"mail", "info@example.test"}}));
    CHECK(picked_dn(pick_address(entries, wanted)) == "mail");
    entries.push_back(entry("as sent", {{"mailEquivalentAddress", "info@alias.example.test"}}));
    CHECK(picked_dn(pick_address(entries, wanted)) == "as sent");
}

TEST_CASE("two entries that match equally well are an error, wherever they stand", "[ldap]") {
    const auto one = entry("one", {{"mail", "info@example.test"}});
    const auto two = entry("two", {{"mail", "INFO@example.test"}});
    const auto other = entry("other", {{"mailAlternateAddress", "@example.test"}});
    const auto ambiguous = make_error_code(errc::ambiguous).message();
    CHECK(picked_dn(pick_address({one, two}, wanted)) == ambiguous);
    CHECK(picked_dn(pick_address({one, other, two}, wanted)) == ambiguous);
    CHECK(picked_dn(pick_address({other, other, one}, wanted)) == "one");
}

TEST_CASE("what only the server thinks equal does not match", "[ldap]") {
    CHECK(picked_dn(pick_address({entry("spaces", {{"mail", " info@example.test"}})}, wanted)) == "none");
    CHECK(picked_dn(pick_domain({entry("spaces", {{"sunPreferredDomain", "example.test "}})}, "example.test")) ==
          "none");
}

TEST_CASE("a domain's canonical name goes before an alias of another", "[ldap]") {
    const auto alias = entry("alias", {{"sunPreferredDomain", "a.test"}, {"associatedDomain", "example.test"}});
    const auto canonical = entry("canonical", {{"sunPreferredDomain", "Example.test"}});
    CHECK(picked_dn(pick_domain({alias, canonical}, "example.test")) == "canonical");
    CHECK(picked_dn(pick_domain({alias}, "example.test")) == "alias");
    CHECK(picked_dn(pick_domain({alias, alias}, "example.test")) == make_error_code(errc::ambiguous).message());
    const auto organization = entry("organization", {{"sunOrganizationAlias", "example.test"}});
    CHECK(picked_dn(pick_domain({organization}, "example.test")) == "organization");
}
