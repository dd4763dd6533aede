#include "common/auth/throttle.h"

#include "common/auth/familiar.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

using namespace helio;
using namespace std::chrono_literals;

TEST_CASE("a key is blocked at its limit and free again after its window", "[auth]") {
    test::ManualClock clock;
    auth::Throttle throttle(3, 60s, 100, clock);
    CHECK_FALSE(throttle.add_failure("a"));
    clock.advance(50s);
    CHECK_FALSE(throttle.add_failure("a"));
    CHECK_FALSE(throttle.blocked("a"));
    CHECK(throttle.add_failure("a"));
    CHECK(throttle.blocked("a"));
    CHECK_FALSE(throttle.blocked("b"));
    CHECK_FALSE(throttle.add_failure("a"));
    clock.advance(9'999ms);
    CHECK(throttle.blocked("a"));
    clock.advance(1ms);
    CHECK_FALSE(throttle.blocked("a"));
    CHECK(throttle.size() == 0);
}

TEST_CASE("the throttle's table is bounded and the least recently used key goes first", "[auth]") {
    test::ManualClock clock;
    auth::Throttle throttle(1, 60s, 3, clock);
    throttle.add_failure("a");
    throttle.add_failure("b");
    throttle.add_failure("c");
    CHECK(throttle.blocked("a"));
    throttle.add_failure("d");
    CHECK(throttle.size() == 3);
    CHECK(throttle.blocked("a"));
    CHECK_FALSE(throttle.blocked("b"));
    CHECK(throttle.blocked("d"));
}

TEST_CASE("a limit of zero never blocks and keeps nothing", "[auth]") {
    test::ManualClock clock;
    auth::Throttle throttle(0, 60s, 3, clock);
    for (int i = 0; i < 100; ++i) throttle.add_failure("a");
    CHECK_FALSE(throttle.blocked("a"));
    CHECK(throttle.size() == 0);
}

TEST_CASE("familiar addresses are kept per user in a bounded table", "[auth]") {
    auth::Familiar familiar(2);
    familiar.remember("alice", "1111");
    familiar.remember("bob", "2222");
    familiar.remember("alice", "1111");
    CHECK(familiar.knows("alice", "1111"));
    CHECK_FALSE(familiar.knows("alice", "2222"));
    CHECK_FALSE(familiar.knows("1alice", "111"));
    familiar.remember("carol", "3333");
    CHECK(familiar.size() == 2);
    CHECK(familiar.knows("alice", "1111"));
    CHECK_FALSE(familiar.knows("bob", "2222"));
}
