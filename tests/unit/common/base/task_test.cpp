#include "common/base/task.h"

#include <stdexcept>

#include "common/base/event.h"
#include "tests/support/catch.h"

using namespace helio;

namespace {
Task<int> number(int n) { co_return n; }
Task<int> sum_of(int count) {
    int sum = 0;
    for (int i = 0; i < count; ++i) {
        const int n = co_await number(1);
        sum += n;
    }
    co_return sum;
}
Task<> throwing() {
    throw std::runtime_error("broken");
    co_return;
}
Task<> store(int count, int& into) { into = co_await sum_of(count); }
Task<> wait_twice(base::Event& event, int& wakes) {
    co_await event.wait();
    ++wakes;
    co_await event.wait();
    ++wakes;
}
}  // namespace

TEST_CASE("a million synchronous awaits need no stack", "[base]") {
    int sum = 0;
    bool done = false;
    base::start(store(1'000'000, sum), [&](std::exception_ptr failure) { done = !failure; });
    CHECK(done);
    CHECK(sum == 1'000'000);
}

TEST_CASE("what a task throws reaches its owner", "[base]") {
    std::exception_ptr seen;
    base::start(throwing(), [&](std::exception_ptr failure) { seen = failure; });
    REQUIRE(seen);
    CHECK_THROWS_WITH(std::rethrow_exception(seen), "broken");
}

TEST_CASE("an event wakes its waiters and remembers a notify without one", "[base]") {
    base::Event event;
    int wakes = 0;
    bool done = false;
    event.notify();
    base::start(wait_twice(event, wakes), [&](std::exception_ptr) { done = true; });
    CHECK(wakes == 1);
    CHECK_FALSE(done);
    event.notify();
    CHECK(wakes == 2);
    CHECK(done);
}
