#include "mta/queue/ready_queue.h"

#include "mta/queue/queue_model.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

using namespace helio;

namespace {

mta::Destination store(const std::string& name) { return {mta::Hop::store, name}; }

// A due index in memory, and a queue over it.
struct Fixture {
    explicit Fixture(mta::ReadyLimits limits = {}, std::size_t places = 20)
        : destinations({.attempts = places}, clock),
          ready(limits, [this](const std::string& from, std::int64_t now_ms, const auto& each) {
              for (auto row = index.lower_bound(from); row != index.end() && row->second.due_ms <= now_ms; ++row) {
                  ++rows_read;
                  if (!each(row->second)) return;
              }
          }) {}

    void add(std::int64_t due_ms, const std::string& id, const std::string& to) {
        const auto key = mta::due_key(due_ms, id);
        index[key] = {key, id, due_ms, store(to)};
    }
    void remove(const std::string& id) {
        std::erase_if(index, [&](const auto& row) { return row.second.id == id; });
    }
    void refill(std::int64_t now_ms) {
        while (!ready.refill(now_ms)) {
        }
    }
    /// Ids in the order in which they begin; each ends before the next.
    std::string drain(std::int64_t now_ms) {
        std::string order;
        for (;;) {
            refill(now_ms);
            const auto next = ready.next(destinations);
            if (!next) return order;
            most = std::max(most, ready.size());
            order += (order.empty() ? "" : " ") + next->id;
            remove(next->id);
            ready.forget(next->id);
        }
    }

    test::ManualClock clock;
    mta::Destinations destinations;
    std::map<std::string, mta::DueRow> index;
    std::size_t rows_read = 0;
    std::size_t most = 0;
    mta::ReadyQueue ready;
};

}  // namespace

TEST_CASE("messages of one destination begin in the order in which they are due", "[mta][queue]") {
    Fixture f;
    f.add(30, "c", "a.test");
    f.add(10, "a", "a.test");
    f.add(20, "b", "a.test");
    f.add(99, "later", "a.test");
    CHECK(f.drain(50) == "a b c");
    CHECK(f.drain(99) == "later");
}

TEST_CASE("destinations take turns, however many messages one of them has", "[mta][queue]") {
    Fixture f({.messages = 100, .lane = 10, .scan = 50});
    for (int i = 0; i < 1000; ++i) f.add(i, "big" + std::to_string(i), "big.test");
    f.add(2000, "small1", "small.test");
    f.add(2001, "small2", "small.test");
    const auto order = f.drain(5000);
    CHECK(order.starts_with("big0 small1 big1 small2 big2 "));
    CHECK(order.ends_with("big998 big999"));
    CHECK(std::count(order.begin(), order.end(), ' ') == 1001);
    CHECK(f.most <= 12);
}

TEST_CASE("a long lane is read once, not again for each message", "[mta][queue]") {
    Fixture f({.messages = 100, .lane = 20, .scan = 50});
    for (int i = 0; i < 10'000; ++i) f.add(i, "m" + std::to_string(i), "big.test");
    f.drain(20'000);
    CHECK(f.rows_read < 25'000);
}

TEST_CASE("no more messages are known than the limit says", "[mta][queue]") {
    Fixture f({.messages = 30, .lane = 10, .scan = 50});
    for (int i = 0; i < 1000; ++i) f.add(i, "m" + std::to_string(i), "d" + std::to_string(i % 50) + ".test");
    const auto order = f.drain(5000);
    CHECK(f.most <= 30);
    CHECK(std::count(order.begin(), order.end(), ' ') == 999);
}

TEST_CASE("a destination without a place waits, others go on", "[mta][queue]") {
    Fixture f({}, 1);
    f.add(1, "a1", "a.test");
    f.add(2, "a2", "a.test");
    f.add(3, "b1", "b.test");
    f.refill(10);
    {
        const auto first = f.ready.next(f.destinations);
        REQUIRE(first);
        CHECK(first->id == "a1");
        const auto second = f.ready.next(f.destinations);
        REQUIRE(second);
        CHECK(second->id == "b1");
        CHECK_FALSE(f.ready.next(f.destinations));
    }
    const auto third = f.ready.next(f.destinations);
    REQUIRE(third);
    CHECK(third->id == "a2");
}

TEST_CASE("a message that is known or under way is not begun twice", "[mta][queue]") {
    Fixture f;
    f.add(1, "a", "a.test");
    f.refill(10);
    f.ready.look_again(0);
    f.refill(10);
    CHECK(f.ready.next(f.destinations));
    f.ready.look_again(0);
    f.refill(10);
    CHECK_FALSE(f.ready.next(f.destinations));
}

TEST_CASE("a message that became due again while its attempt ended is found", "[mta][queue]") {
    Fixture f;
    f.add(1, "a", "a.test");
    f.refill(10);
    CHECK(f.ready.next(f.destinations));
    f.remove("a");
    f.add(9, "a", "b.test");
    f.ready.look_again(9);
    f.refill(10);
    CHECK_FALSE(f.ready.next(f.destinations));
    f.ready.forget("a");
    f.refill(10);
    const auto again = f.ready.next(f.destinations);
    REQUIRE(again);
    CHECK(again->destination == store("b.test"));
}

TEST_CASE("a message that is queued late with an early time is found, also in a lane that is full", "[mta][queue]") {
    Fixture f({.messages = 100, .lane = 2, .scan = 50});
    for (int i = 10; i < 20; ++i) f.add(i, "m" + std::to_string(i), "a.test");
    f.refill(100);
    f.add(5, "early", "a.test");
    f.add(6, "other", "b.test");
    f.ready.look_again(5);
    const auto order = f.drain(100);
    CHECK(order.find("early") != order.npos);
    CHECK(order.find("other") != order.npos);
    CHECK(std::count(order.begin(), order.end(), ' ') == 11);
}

TEST_CASE("what is put back waits at the end of the lane that it is put in", "[mta][queue]") {
    Fixture f;
    f.add(1, "moved", "a.test");
    f.add(2, "b1", "b.test");
    f.refill(10);
    {
        const auto moved = f.ready.next(f.destinations);
        REQUIRE(moved);
        CHECK(moved->id == "moved");
    }
    f.ready.put_back("moved", store("b.test"));
    CHECK(f.drain(10) == "b1 moved");
    CHECK(f.ready.size() == 0);
}

TEST_CASE("a message whose destination is not known needs no place", "[mta][queue]") {
    Fixture f({}, 1);
    f.add(1, "a", "");
    f.add(2, "b", "");
    f.refill(10);
    CHECK(f.ready.next(f.destinations));
    CHECK(f.ready.next(f.destinations));
}
