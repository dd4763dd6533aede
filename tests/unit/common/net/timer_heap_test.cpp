#include "common/net/timer_heap.h"

#include <algorithm>
#include <array>
#include <random>

#include "tests/support/catch.h"

using namespace helio;
using namespace helio::net;

namespace {

class Noted final : public Timer {
public:
    void expired() override {}
};

base::SteadyTime at(int milliseconds) { return base::SteadyTime(std::chrono::milliseconds(milliseconds)); }

}  // namespace

TEST_CASE("a timer expires once, when its time has come", "[net]") {
    TimerHeap heap;
    Noted timer;
    CHECK(heap.next() == base::SteadyTime::max());
    heap.arm(timer, at(10));
    CHECK(timer.armed());
    CHECK(heap.next() == at(10));
    CHECK(heap.take_expired(at(9)) == nullptr);
    CHECK(heap.take_expired(at(10)) == &timer);
    CHECK_FALSE(timer.armed());
    CHECK(heap.take_expired(at(10)) == nullptr);
}

TEST_CASE("a timer can be moved nearer, further and taken out", "[net]") {
    TimerHeap heap;
    std::array<Noted, 3> timers;
    heap.arm(timers[0], at(10));
    heap.arm(timers[1], at(20));
    heap.arm(timers[2], at(30));
    heap.arm(timers[2], at(5));
    CHECK(heap.next() == at(5));
    heap.arm(timers[2], at(25));
    CHECK(heap.next() == at(10));
    heap.disarm(timers[0]);
    heap.disarm(timers[0]);
    CHECK(heap.take_expired(at(99)) == &timers[1]);
    CHECK(heap.take_expired(at(99)) == &timers[2]);
    CHECK(heap.size() == 0);
}

TEST_CASE("timers come out in the order of their times whatever was done to them", "[net]") {
    constexpr int count = 500;
    std::mt19937 random(7);
    TimerHeap heap;
    std::array<Noted, count> timers;
    for (int step = 0; step < 20 * count; ++step) {
        auto& timer = timers[random() % count];
        if (random() % 4 == 0)
            heap.disarm(timer);
        else
            heap.arm(timer, at(static_cast<int>(random() % 1000)));
    }
    const auto armed = std::count_if(timers.begin(), timers.end(), [](const auto& each) { return each.armed(); });
    REQUIRE(heap.size() == static_cast<std::size_t>(armed));
    auto last = base::SteadyTime::min();
    while (heap.size() > 0) {
        const auto next = heap.next();
        REQUIRE(next >= last);
        REQUIRE(heap.take_expired(next) != nullptr);
        last = next;
    }
}
