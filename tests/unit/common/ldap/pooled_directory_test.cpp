// The directory client against a real slapd: look-ups, passwords, one search per miss.
#include "common/ldap/pooled_directory.h"

#include <thread>

#include "common/base/text.h"
#include "common/ldap/filter.h"
#include "tests/support/ask.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/slapd_fixture.h"

using namespace helio;
using namespace helio::ldap;
using std::chrono::seconds;
using test::ask;

namespace {

struct Site {
    explicit Site(test::Slapd::Tls tls = test::Slapd::Tls::off) : slapd(tls) {}
    test::Slapd slapd;
    test::Surroundings around;
    test::ManualClock clock;
    PooledDirectory directory{slapd.client_config(), around.log, around.metrics, clock};

    Answer<Domain> domain(std::string name) { return ask(directory.find_domain(std::move(name))); }
    Answer<User> login(std::string name) { return ask(directory.find_login(std::move(name))); }
    Answer<User> address(std::string local, std::string domain_name) {
        return ask(directory.find_address(std::move(local), std::move(domain_name)));
    }
    Proof password(const std::string& name, const std::string& text) {
        return ask(directory.verify_password(login(name).value, base::Secret(text)));
    }
};

std::string uid_of(const Answer<User>& answer) {
    switch (answer.found) {
        case Found::found:
            return answer->store_name();
        case Found::absent:
            return "absent";
        case Found::unknown:
            return "unknown: " + answer.detail;
    }
    return {};
}

// Asks for `login` on a worker of its own, `times` times at once.
void ask_many(PooledDirectory& directory, std::string login, int times, std::vector<Answer<User>>& answers) {
    std::vector<Task<Answer<User>>> questions;
    for (int i = 0; i < times; ++i) questions.push_back(directory.find_login(login));
    answers = test::ask_all(std::move(questions));
}

}  // namespace

TEST_CASE("domains are found by canonical name and by each alias", "[ldap][slapd]") {
    Site site;
    site.slapd.change(
        "dn: o=example.test,o=usergroup\nchangetype: modify\nadd: sunOrganizationAlias\nsunOrganizationAlias: "
        "third.example.test\n");
    for (const char* name : {"example.test", "EXAMPLE.test", "alias.example.test", "third.example.test"}) {
        const auto domain = site.domain(name);
        REQUIRE(domain.found == Found::found);
        CHECK(domain->name == "example.test");
        CHECK(domain->preferred_mail_host == "store-a.example.test");
    }
    CHECK(site.domain("hosted.test")->name == "hosted.test");
    for (const char* name : {"example", "test", "nowhere.test", "*", ""})
        CHECK(site.domain(name).found == Found::absent);
    CHECK(site.directory.not_ready().empty());
}

TEST_CASE("users are found by uid, mail and both kinds of alternates", "[ldap][slapd]") {
    Site site;
    const auto alice = site.login("alice@example.test");
    REQUIRE(alice.found == Found::found);
    CHECK(alice->store_name() == "alice@example.test");
    CHECK(alice->mail_host == "store-a.example.test");
    CHECK(alice->status == Status::active);
    CHECK(uid_of(site.login("ALICE@Alias.Example.Test")) == "alice@example.test");
    CHECK(uid_of(site.login("carol")) == "carol@example.test");
    CHECK(uid_of(site.login("carol.cole@example.test")) == "carol@example.test");
    CHECK(uid_of(site.login("alice.ashby@example.test")) == "alice@example.test");
    CHECK(uid_of(site.login("erin@hosted.test")) == "erin@hosted.test");
    CHECK(uid_of(site.login("erin")) == "absent");
    CHECK(uid_of(site.login("erin@example.test")) == "absent");
    CHECK(uid_of(site.login("alice@nowhere.test")) == "absent");

    CHECK(uid_of(site.address("alice", "example.test")) == "alice@example.test");
    CHECK(uid_of(site.address("Alice.Ashby", "example.test")) == "alice@example.test");
    CHECK(uid_of(site.address("alice.ashby", "alias.example.test")) == "alice@example.test");
    CHECK(uid_of(site.address("carol.cole", "example.test")) == "carol@example.test");
    CHECK(uid_of(site.address("dave", "ALIAS.example.test")) == "dave@example.test");
    CHECK(uid_of(site.address("nobody", "example.test")) == "absent");
    CHECK(uid_of(site.address("alice", "nowhere.test")) == "absent");
}

TEST_CASE("catch-all addresses are the last resort, and no login", "[ldap][slapd]") {
    Site site;
    site.slapd.change(
        "dn: uid=erin,ou=People,o=hosted.test,o=usergroup\nchangetype: modify\nadd: mailAlternateAddress\n"
        "mailAlternateAddress: @hosted.test\nmailAlternateAddress: info@example.test\n\n"
        "dn: o=example.test,o=usergroup\nchangetype: modify\nadd: mailDomainCatchallAddress\n"
        "mailDomainCatchallAddress: dave@example.test\n");
    CHECK(uid_of(site.address("whoever", "hosted.test")) == "erin@hosted.test");
    CHECK(uid_of(site.address("erin", "hosted.test")) == "erin@hosted.test");
    CHECK(uid_of(site.login("whoever@hosted.test")) == "absent");
    CHECK(uid_of(site.address("whoever", "example.test")) == "dave@example.test");
    CHECK(uid_of(site.address("whoever", "alias.example.test")) == "dave@example.test");
    CHECK(uid_of(site.address("bob", "example.test")) == "bob@example.test");
    CHECK(uid_of(site.address("info", "example.test")) == "erin@hosted.test");  // her home is where her entry lies
}

TEST_CASE("a domain below another has its own users", "[ldap][slapd]") {
    Site site;
    site.slapd.change(
        "dn: o=sub,o=example.test,o=usergroup\nobjectClass: organization\nobjectClass: sunManagedOrganization\n"
        "o: sub\nsunPreferredDomain: sub.example.test\n\n"
        "dn: uid=alice,o=sub,o=example.test,o=usergroup\nobjectClass: inetOrgPerson\nobjectClass: inetMailUser\n"
        "uid: alice\ncn: Other Alice\nsn: Alice\nmail: alice@sub.example.test\n");
    const auto upper = site.login("alice@example.test");
    REQUIRE(uid_of(upper) == "alice@example.test");
    CHECK(upper->mail == "alice@example.test");
    CHECK(uid_of(site.login("alice@sub.example.test")) == "alice@sub.example.test");
    CHECK(uid_of(site.address("alice", "sub.example.test")) == "alice@sub.example.test");
}

TEST_CASE("two entries with one address are unknown, never a guess", "[ldap][slapd]") {
    Site site;
    site.slapd.change(
        "dn: uid=bob,ou=People,o=example.test,o=usergroup\nchangetype: modify\nadd: mailAlternateAddress\n"
        "mailAlternateAddress: alice.ashby@example.test\n");
    CHECK(site.address("alice.ashby", "example.test").found == Found::unknown);
    CHECK(uid_of(site.address("bob", "example.test")) == "bob@example.test");
}

TEST_CASE("a status that is not active comes through, the domain's first", "[ldap][slapd]") {
    Site site;
    site.slapd.change(
        "dn: uid=bob,ou=People,o=example.test,o=usergroup\nchangetype: modify\nreplace: mailUserStatus\n"
        "mailUserStatus: hold\n\n"
        "dn: o=hosted.test,o=usergroup\nchangetype: modify\nreplace: mailDomainStatus\nmailDomainStatus: disabled\n");
    CHECK(site.login("bob")->status == Status::hold);
    CHECK(site.login("erin@hosted.test")->status == Status::disabled);
    CHECK(site.domain("hosted.test")->status == Status::disabled);
}

TEST_CASE("names that try to be filters find nobody", "[ldap][slapd]") {
    Site site;
    REQUIRE(uid_of(site.login("alice")) == "alice@example.test");
    const std::string names[] = {
        "*",
        "a*",
        "*)(uid=*",
        "alice)(|(uid=*",
        "alice))(objectClass=*",
        "(uid=alice)",
        "\\2a",
        "\\00",
        "alice\\",
        std::string("alice\0", 6),
        std::string("\0", 1),
        "alice\n",
        " alice",
        "alice ",
        "ali\xc2\xad"
        "ce",                // soft hyphen: LDAP's string preparation drops it
        "\xef\xbd\x81lice",  // full-width a: it folds it
        "gr\xc3\xbc\xc3\x9f",
        "\xff\xfe",
        "alice,ou=People",
        "#alice",
        std::string(10'000, 'a'),
        std::string(10'000, '('),
        std::string(longest_name_bytes, '*'),
    };
    for (const auto& name : names) {
        CAPTURE(base::printable(name));
        CHECK(uid_of(site.login(name)) == "absent");
        CHECK(uid_of(site.login(name + "@example.test")) == "absent");
        CHECK(uid_of(site.address(name, "example.test")) == "absent");
        CHECK(uid_of(site.address("alice", name)) == "absent");
        CHECK(site.domain(name).found == Found::absent);
    }
}

TEST_CASE("users with names beyond ASCII are found", "[ldap][slapd]") {
    Site site;
    site.slapd.change(
        "dn: uid=gr\xc3\xbc\xc3\x9f,ou=People,o=example.test,o=usergroup\nobjectClass: inetOrgPerson\n"
        "objectClass: inetMailUser\nuid: gr\xc3\xbc\xc3\x9f\ncn: x\nsn: x\n"
        "mailAlternateAddress: gr\xc3\xbc\xc3\x9f@example.test\n");
    CHECK(uid_of(site.login("gr\xc3\xbc\xc3\x9f")) == "gr\xc3\xbc\xc3\x9f@example.test");
    CHECK(uid_of(site.address("gr\xc3\xbc\xc3\x9f", "example.test")) == "gr\xc3\xbc\xc3\x9f@example.test");
    CHECK(site.password("gr\xc3\xbc\xc3\x9f", "x") == Proof::rejected);
}

TEST_CASE("a user's groups are those that name his entry, by name and address", "[ldap][slapd]") {
    Site site;
    const std::string alice = "uid=alice,ou=People,o=example.test,o=usergroup";
    const auto groups = [&](const char* who) {
        const auto answer = ask(site.directory.find_groups(site.login(who).value));
        REQUIRE(answer.found == Found::found);
        return answer->names;
    };
    site.slapd.change(
        "dn: cn=Staff,ou=Groups,o=example.test,o=usergroup\nobjectClass: groupOfUniqueNames\n"
        "objectClass: inetMailGroup\ncn: Staff\nmail: all-staff@example.test\nuniqueMember: " +
        alice + "\nuniqueMember: uid=bob,ou=People,o=example.test,o=usergroup\n\n" +
        "dn: cn=Guests,ou=Groups,o=hosted.test,o=usergroup\nobjectClass: groupOfNames\ncn: Guests\n"
        "member: UID=Alice, ou=people,o=example.test,o=usergroup\n");
    using Names = std::vector<std::string>;
    CHECK(groups("alice@example.test") == Names{"all-staff@example.test", "guests@hosted.test", "staff@example.test"});
    CHECK(groups("bob@example.test") == Names{"all-staff@example.test", "staff@example.test"});
    CHECK(groups("carol@example.test").empty());
    const auto searches = site.slapd.searches();
    CHECK(groups("carol@example.test").empty());
    CHECK(site.slapd.searches() == searches);  // remembered
    const auto dave = site.login("dave@example.test");
    site.slapd.kill();
    CHECK(ask(site.directory.find_groups(dave.value)).found == Found::unknown);
}

TEST_CASE("passwords are proved by a bind", "[ldap][slapd]") {
    Site site;
    CHECK(site.password("alice", "secret-alice") == Proof::accepted);
    CHECK(site.password("alice", "secret-bob") == Proof::rejected);
    CHECK(site.password("bob", "secret-bob") == Proof::accepted);
    CHECK(site.password("nobody", "secret-nobody") == Proof::rejected);
    CHECK(site.password("alice", "") == Proof::rejected);
    CHECK(site.password("alice", std::string("secret-alice\0", 13)) == Proof::rejected);
    CHECK(site.password("alice", std::string(2'000, 'x')) == Proof::rejected);
    CHECK(site.around.metric("helio_ldap_binds_total{result=\"rejected\"}") == 2);  // alice's and nobody's cost alike
}

TEST_CASE("an accepted password is believed again for seconds", "[ldap][slapd]") {
    Site site;
    REQUIRE(site.password("alice", "secret-alice") == Proof::accepted);
    REQUIRE(site.password("alice", "secret-alice") == Proof::accepted);
    CHECK(site.around.metric("helio_ldap_binds_total{result=\"accepted\"}") == 1);
    CHECK(site.around.metric("helio_ldap_binds_total{result=\"cached\"}") == 1);
    site.slapd.change(
        "dn: uid=alice,ou=People,o=example.test,o=usergroup\nchangetype: modify\nreplace: userPassword\n"
        "userPassword: changed\n");
    CHECK(site.password("alice", "changed") == Proof::accepted);
    CHECK(site.password("alice", "secret-alice") == Proof::rejected);
    site.clock.advance(seconds(11));
    CHECK(site.password("alice", "changed") == Proof::accepted);
    CHECK(site.around.metric("helio_ldap_binds_total{result=\"accepted\"}") == 3);
}

TEST_CASE("many passwords are checked at once", "[ldap][slapd]") {
    Site site;
    const auto alice = site.login("alice").value;
    std::vector<Task<Proof>> questions;
    for (int i = 0; i < 200; ++i) {
        const auto text = i % 2 == 0 ? "secret-alice" : "wrong-" + std::to_string(i);
        questions.push_back(site.directory.verify_password(alice, base::Secret(text)));
    }
    const auto proofs = test::ask_all(std::move(questions));
    for (std::size_t i = 0; i < proofs.size(); ++i)
        CHECK(proofs[i] == (i % 2 == 0 ? Proof::accepted : Proof::rejected));
}

TEST_CASE("a thousand who miss the same key at once cost one search", "[ldap][slapd]") {
    Site site;
    REQUIRE(site.domain("example.test"));
    const auto before = site.slapd.searches();
    std::vector<std::vector<Answer<User>>> answers(4);
    std::vector<std::thread> threads;
    for (auto& mine : answers) threads.emplace_back([&] { ask_many(site.directory, "bob@example.test", 250, mine); });
    for (auto& thread : threads) thread.join();
    for (const auto& mine : answers) {
        REQUIRE(mine.size() == 250);
        for (const auto& answer : mine) REQUIRE(uid_of(answer) == "bob@example.test");
    }
    // Beside the user, the container above it (ou=People) is looked at, once for all its users.
    CHECK(site.slapd.searches() == before + 2);
    CHECK(site.around.metric("helio_ldap_answers_total{what=\"user\",from=\"search\"}") == 1);
    REQUIRE(uid_of(site.login("dave")) == "dave@example.test");
    CHECK(site.slapd.searches() == before + 3);
}

TEST_CASE("answers are cached, the absent too, and asked again when their time is over", "[ldap][slapd]") {
    Site site;
    REQUIRE(uid_of(site.address("alice", "example.test")) == "alice@example.test");
    REQUIRE(uid_of(site.address("newuser", "example.test")) == "absent");
    const auto before = site.slapd.searches();
    site.slapd.change(
        "dn: uid=alice,ou=People,o=example.test,o=usergroup\nchangetype: modify\nreplace: mailHost\n"
        "mailHost: store-b.example.test\n\n"
        "dn: uid=bob,ou=People,o=example.test,o=usergroup\nchangetype: modify\nadd: mailAlternateAddress\n"
        "mailAlternateAddress: newuser@example.test\n");
    CHECK(site.address("ALICE", "Example.Test")->mail_host == "store-a.example.test");
    CHECK(uid_of(site.address("newuser", "example.test")) == "absent");
    CHECK(site.slapd.searches() == before);
    site.clock.advance(seconds(11));
    CHECK(uid_of(site.address("newuser", "example.test")) == "bob@example.test");
    site.clock.advance(seconds(61));
    CHECK(site.address("alice", "example.test")->mail_host == "store-b.example.test");
}

TEST_CASE("a wrong base DN makes everything unknown, not absent", "[ldap][slapd]") {
    test::Slapd slapd;
    test::Surroundings around;
    auto config = slapd.client_config();
    config.base_dn = "o=elsewhere";
    PooledDirectory directory(config, around.log, around.metrics);
    CHECK(ask(directory.find_domain("example.test")).found == Found::unknown);
    CHECK(ask(directory.find_login("alice")).found == Found::unknown);
}

TEST_CASE("a wrong password of the daemon's account is reported", "[ldap][slapd]") {
    test::Slapd slapd;
    test::Surroundings around;
    auto config = slapd.client_config();
    config.bind_password = base::Secret("wrong");
    PooledDirectory directory(config, around.log, around.metrics);
    CHECK(ask(directory.find_login("alice")).found == Found::unknown);
    CHECK(directory.not_ready().find("Invalid credentials") != std::string::npos);
}
