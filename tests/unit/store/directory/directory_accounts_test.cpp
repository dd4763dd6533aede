#include "store/directory/directory_accounts.h"

#include "common/ldap/pooled_directory.h"
#include "store/mailbox/user_store.h"
#include "tests/support/ask.h"
#include "tests/support/catch.h"
#include "tests/support/fake_directory.h"
#include "tests/support/slapd_fixture.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using store::DirectoryAccounts;

TEST_CASE("a quota is known from the second time on, and kept while the directory is away",
          "[store][directory][quota]") {
    test::ManualExecutor executor;
    test::ManualClock clock;
    test::FakeDirectory directory;
    auto& alice = directory.add_user("alice@example.test", "secret", "");
    alice.quota_bytes = 4096;
    alice.quota_messages = -1;
    DirectoryAccounts quotas(directory, {}, clock);
    CHECK_FALSE(quotas.look_up("alice@example.test"));
    const auto known = quotas.look_up("alice@example.test");
    REQUIRE(known);
    CHECK(known->limits.bytes == 4096);
    CHECK(known->limits.messages == store::unlimited);
    CHECK_FALSE(known->over);
    CHECK(directory.questions() == 1);

    alice.status = ldap::Status::overquota;
    directory.set_down(true);
    clock.advance(std::chrono::minutes(5));
    CHECK_FALSE(quotas.look_up("alice@example.test")->over);
    CHECK(directory.questions() == 2);
    directory.set_down(false);
    clock.advance(std::chrono::minutes(5));
    (void)quotas.look_up("alice@example.test");
    CHECK(quotas.look_up("alice@example.test")->over);
    test::wait([](DirectoryAccounts& all) -> Task<int> {
        co_await all.close();
        co_return 0;
    }(quotas));
}

TEST_CASE("the memory of quotas is bounded", "[store][directory][quota]") {
    test::ManualExecutor executor;
    test::ManualClock clock;
    test::FakeDirectory directory;
    directory.add_user("a@x.test", "secret", "").quota_bytes = 1;
    DirectoryAccounts quotas(directory, {.entries = 2, .questions = 64, .fresh = std::chrono::seconds(60)}, clock);
    (void)quotas.look_up("a@x.test");
    (void)quotas.look_up("b@x.test");
    CHECK_FALSE(quotas.look_up("c@x.test"));
    CHECK_FALSE(quotas.look_up("a@x.test"));  // it went to make room
}

TEST_CASE("limits_of waits for the first answer alone, and never for long", "[store][directory][quota]") {
    test::Surroundings around;
    test::Slapd slapd;
    slapd.change(
        "dn: uid=alice,ou=People,o=example.test,o=usergroup\nchangetype: modify\nreplace: mailQuota\n"
        "mailQuota: 4096\n");
    test::ManualClock clock;
    auto config = slapd.client_config();
    config.cache_ttl = std::chrono::milliseconds(0);
    config.stale_limit = std::chrono::milliseconds(0);
    ldap::PooledDirectory directory(config, around.log, around.metrics);
    DirectoryAccounts quotas(directory, {.patience = std::chrono::milliseconds(100)}, clock);
    const auto limits = [&](const char* who) { return test::ask(quotas.limits_of(who)); };
    // The directory's connections may still be on their way.
    for (int tries = 0; limits("alice@example.test").bytes != 4096; ++tries) {
        REQUIRE(tries < 100);
        clock.advance(std::chrono::minutes(5));
    }
    CHECK_FALSE(limits("nobody@example.test").bytes);
    slapd.hang();
    clock.advance(std::chrono::minutes(5));
    const auto start = std::chrono::steady_clock::now();
    CHECK(limits("alice@example.test").bytes == 4096);  // the last known, at once; asked again behind
    CHECK_FALSE(limits("bob@example.test").bytes);      // never heard of: after `patience`
    CHECK(std::chrono::steady_clock::now() - start < config.timeout);
    slapd.resume();
    test::ask([](DirectoryAccounts& all) -> Task<int> {
        co_await all.close();
        co_return 0;
    }(quotas));
}

TEST_CASE("what comes into another's mailbox is measured by its owner's limits, as the directory has them",
          "[store][directory][quota]") {
    test::ManualExecutor executor;
    test::ManualClock clock;
    test::FakeDirectory directory;
    auto& alice_entry = directory.add_user("alice@x.test", "secret", "");
    auto& bob_entry = directory.add_user("bob@x.test", "secret", "");
    DirectoryAccounts quotas(directory, {}, clock);
    test::StoreFixture fixture({}, &quotas);
    store::UserStore alice(fixture.store, fixture.user("alice@x.test"), "alice@x.test");
    store::UserStore bob(fixture.store, fixture.user("bob@x.test"), "bob@x.test");
    const auto shared = fixture.inbox("alice@x.test");
    const auto own = fixture.inbox("bob@x.test");
    REQUIRE_OK(test::wait(alice.set_acl(shared, "bob", store::AclAction::replace, store::all_rights)));
    const store::QuotaLimits bobs{.bytes = 1'000, .messages = {}};
    alice_entry.quota_bytes = 20;
    bob_entry.quota_bytes = 1'000;

    const auto append = [&](std::size_t bytes) {
        std::vector<store::NewMessage> messages;
        messages.push_back({test::body_of(std::string(bytes, 'x')), {}, std::nullopt});
        return test::wait(bob.append(shared, std::move(messages), bobs));
    };
    fixture.append(own, std::string(15, 'x'));
    CHECK(append(21).error().code == store::errc::over_quota);
    REQUIRE(append(10));
    const auto one = store::UidSet::of(store::Uid{1});
    CHECK(test::wait(bob.copy(own, one, shared, bobs)).error().code == store::errc::over_quota);
    CHECK(test::wait(bob.move(own, one, shared, bobs)).error().code == store::errc::over_quota);
    store::NewMessage letter{test::body_of(std::string(15, 'y')), {}, std::nullopt};
    CHECK(test::wait(bob.replace(own, store::Uid{1}, shared, letter, bobs)).error().code == store::errc::over_quota);

    // What is known goes on while the directory is away; a new word holds when it has been asked again.
    directory.set_down(true);
    clock.advance(std::chrono::minutes(5));
    CHECK(test::wait(bob.copy(own, one, shared, bobs)).error().code == store::errc::over_quota);
    directory.set_down(false);
    alice_entry.quota_bytes = 25;
    clock.advance(std::chrono::minutes(5));
    (void)quotas.look_up("alice@x.test");
    CHECK(test::wait(bob.copy(own, one, shared, bobs)));
    // And his own mailbox is his own matter.
    CHECK(test::wait(bob.copy(shared, one, own, bobs)));
    CHECK(test::wait(bob.copy(shared, one, own, {.bytes = 30, .messages = {}})).error().code ==
          store::errc::over_quota);
}

TEST_CASE("a group's members see what is shared with it, from their next login on", "[store][directory][acl]") {
    test::ManualExecutor executor;
    test::FakeDirectory directory;
    directory.add_user("alice@x.test", "secret", "");
    directory.add_user("bob@x.test", "secret", "");
    DirectoryAccounts accounts(directory, {});
    test::StoreFixture fixture({}, &accounts);
    const auto log_in = [&](const std::string& who) {
        const auto id = fixture.user(who);
        return store::UserStore(fixture.store, id, who, test::wait(fixture.store.known_groups(who)));
    };
    auto alice = log_in("alice@x.test");
    const auto work = test::wait(alice.create_mailbox("Work")).value().id;
    CHECK(directory.questions() == 0);  // no list names a group
    const auto set = [&](const std::string& identifier, const std::string& rights) {
        return test::wait(
            alice.set_acl(work, identifier, store::AclAction::replace, store::parse_rights(rights).value()));
    };
    const auto shown = [](const store::UserStore& who) {
        const auto list = who.list().value();
        return std::ranges::any_of(list, [](const auto& entry) { return entry.name == "Other Users/alice/Work"; });
    };
    REQUIRE_OK(set("group:Staff", "lr"));
    CHECK(alice.acl(work)->back() == store::AclEntry{"group:staff@x.test", *store::parse_rights("lr")});
    CHECK_FALSE(shown(log_in("bob@x.test")));  // in no group
    directory.set_groups("bob@x.test", {"staff@x.test"});
    auto bob = log_in("bob@x.test");
    CHECK(shown(bob));
    CHECK(bob.status(work));
    CHECK(test::wait(bob.expunge(work, store::UidSet::of(store::Uid{1}))).error().code == store::errc::no_permission);
    REQUIRE_OK(set("group:staff", "lrte"));  // writes carry the groups into the change
    CHECK(test::wait(bob.expunge(work, store::UidSet::of(store::Uid{1}))));
    directory.set_down(true);
    CHECK_FALSE(shown(log_in("bob@x.test")));
    directory.set_down(false);

    REQUIRE_OK(set("group:staff", ""));
    CHECK_FALSE(shown(bob));
    REQUIRE_OK(set("anyone", "lr"));
    REQUIRE_OK(set("-group:staff", "r"));
    CHECK(log_in("bob@x.test").rights(work) == store::Rights(store::Right::lookup));
    CHECK(set("anyone@y.test", "lr").error().code == store::errc::not_allowed);
    CHECK(set("group:staff@y.test", "lr").error().code == store::errc::not_allowed);
    REQUIRE_OK(set("anyone@x.test", "lrs"));
    CHECK(fixture.partition->rebuilt().difference(fixture.partition->index()).empty());
}
