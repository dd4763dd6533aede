#include "store/lmtpd/directory_quotas.h"

#include "tests/support/catch.h"
#include "tests/support/fake_directory.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using store::lmtp::DirectoryQuotas;

TEST_CASE("a quota is known from the second time on, and kept while the directory is away", "[store][lmtp][quota]") {
    test::ManualExecutor executor;
    test::ManualClock clock;
    test::FakeDirectory directory;
    auto& alice = directory.add_user("alice@example.test", "secret", "");
    alice.quota_bytes = 4096;
    alice.quota_messages = -1;
    DirectoryQuotas quotas(&directory, {}, clock);
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
    test::wait([](DirectoryQuotas& all) -> Task<int> {
        co_await all.close();
        co_return 0;
    }(quotas));
}

TEST_CASE("the memory of quotas is bounded, and without a directory nothing is known", "[store][lmtp][quota]") {
    test::ManualExecutor executor;
    test::ManualClock clock;
    test::FakeDirectory directory;
    directory.add_user("a@x.test", "secret", "").quota_bytes = 1;
    DirectoryQuotas quotas(&directory, {.entries = 2, .questions = 64, .fresh = std::chrono::seconds(60)}, clock);
    (void)quotas.look_up("a@x.test");
    (void)quotas.look_up("b@x.test");
    CHECK_FALSE(quotas.look_up("c@x.test"));
    CHECK_FALSE(quotas.look_up("a@x.test"));  // it went to make room
    CHECK_FALSE(DirectoryQuotas(nullptr, {}, clock).look_up("a@x.test"));
}
