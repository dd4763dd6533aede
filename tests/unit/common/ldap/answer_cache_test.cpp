#include "common/ldap/answer_cache.h"

#include "common/ldap/bind_cache.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

using namespace helio;
using namespace helio::ldap;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

using Cache = AnswerCache<std::string>;

struct Bench {
    explicit Bench(std::size_t entries = 100, std::size_t questions = 100)
        : cache({.ttl = seconds(60),
                 .negative_ttl = seconds(10),
                 .stale_limit = seconds(600),
                 .entries = entries,
                 .questions = questions},
                {cached, joined, asked, stale}, clock) {}

    Cache::Joined join(const std::string& key) {
        return cache.join(key, [this](const Answer<std::string>& answer) { answers.push_back(answer); });
    }
    void learn(const std::string& key, const std::string& value) {
        cache.finish(key, {Found::found, std::make_shared<const std::string>(value), {}});
    }
    void learn_absent(const std::string& key) { cache.finish(key, {Found::absent, nullptr, {}}); }
    void learn_unknown(const std::string& key) { cache.finish(key, {Found::unknown, nullptr, "down"}); }

    test::ManualClock clock;
    base::Counter cached, joined, asked, stale;
    Cache cache;
    std::vector<Answer<std::string>> answers;
};

}  // namespace

TEST_CASE("the first who misses asks, the others wait, all are told", "[ldap]") {
    Bench bench;
    CHECK(bench.join("a") == Cache::Joined::first);
    CHECK(bench.join("a") == Cache::Joined::waiting);
    CHECK(bench.join("b") == Cache::Joined::first);
    CHECK(bench.answers.empty());
    bench.learn("a", "x");
    REQUIRE(bench.answers.size() == 2);
    CHECK(*bench.answers[1].value == "x");
    CHECK(bench.join("a") == Cache::Joined::answered);
    CHECK(bench.answers.size() == 3);
    CHECK(bench.asked.value() == 2);
    CHECK(bench.joined.value() == 1);
}

TEST_CASE("found and absent answers hold for their own times", "[ldap]") {
    Bench bench;
    bench.learn("a", "x");
    bench.learn_absent("b");
    bench.clock.advance(milliseconds(9'999));
    CHECK(bench.cache.fresh("a"));
    CHECK(bench.cache.fresh("b")->found == Found::absent);
    bench.clock.advance(milliseconds(1));
    CHECK(bench.cache.fresh("a"));
    CHECK_FALSE(bench.cache.fresh("b"));
    bench.clock.advance(seconds(50));
    CHECK_FALSE(bench.cache.fresh("a"));
}

TEST_CASE("a found answer goes on while the directory is unknown, up to the limit", "[ldap]") {
    Bench bench;
    bench.learn("a", "x");
    bench.clock.advance(seconds(61));
    REQUIRE(bench.join("a") == Cache::Joined::first);
    bench.learn_unknown("a");
    REQUIRE(bench.answers.size() == 1);
    CHECK(bench.answers[0].found == Found::found);
    CHECK(bench.stale.value() == 1);
    CHECK(bench.cache.fresh("a"));  // nobody has to wait again at once
    bench.clock.advance(seconds(1));
    CHECK_FALSE(bench.cache.fresh("a"));
    bench.clock.advance(seconds(600 - 62));
    REQUIRE(bench.join("a") == Cache::Joined::first);
    bench.learn_unknown("a");
    CHECK(bench.answers[1].found == Found::unknown);
}

TEST_CASE("absent does not outlive its time, and ends a found answer", "[ldap]") {
    Bench bench;
    bench.learn("a", "x");
    bench.learn_absent("a");
    CHECK(bench.cache.fresh("a")->found == Found::absent);
    bench.clock.advance(seconds(11));
    REQUIRE(bench.join("a") == Cache::Joined::first);
    bench.learn_unknown("a");
    CHECK(bench.answers[0].found == Found::unknown);
}

TEST_CASE("the cache keeps as many entries as it may, the least recently used go", "[ldap]") {
    Bench bench(3);
    for (const char* key : {"a", "b", "c"}) bench.learn(key, key);
    CHECK(bench.cache.fresh("a"));
    bench.learn("d", "d");
    CHECK(bench.cache.size() == 3);
    CHECK(bench.cache.fresh("a"));
    CHECK_FALSE(bench.cache.fresh("b"));
    CHECK(bench.cache.fresh("c"));
    CHECK(bench.cache.fresh("d"));
}

TEST_CASE("questions under way are bounded", "[ldap]") {
    Bench bench(100, 2);
    CHECK(bench.join("a") == Cache::Joined::first);
    CHECK(bench.join("b") == Cache::Joined::first);
    CHECK(bench.join("c") == Cache::Joined::refused);
    CHECK(bench.join("b") == Cache::Joined::waiting);
    bench.learn_unknown("a");
    CHECK(bench.join("c") == Cache::Joined::first);
}

TEST_CASE("an accepted password is believed for its time, another one never", "[ldap]") {
    test::ManualClock clock;
    BindCache cache(seconds(10), 2, clock);
    CHECK_FALSE(cache.holds("uid=a", base::Secret("one")));
    cache.accepted("uid=a", base::Secret("one"));
    CHECK(cache.holds("uid=a", base::Secret("one")));
    CHECK_FALSE(cache.holds("uid=a", base::Secret("two")));
    CHECK_FALSE(cache.holds("uid=b", base::Secret("one")));
    cache.accepted("uid=a", base::Secret("two"));
    CHECK_FALSE(cache.holds("uid=a", base::Secret("one")));
    clock.advance(seconds(10));
    CHECK_FALSE(cache.holds("uid=a", base::Secret("two")));

    for (const char* dn : {"uid=1", "uid=2", "uid=3"}) cache.accepted(dn, base::Secret("x"));
    CHECK_FALSE(cache.holds("uid=1", base::Secret("x")));
    CHECK(cache.holds("uid=2", base::Secret("x")));
    CHECK(cache.holds("uid=3", base::Secret("x")));

    BindCache off(milliseconds(0), 2, clock);
    off.accepted("uid=a", base::Secret("one"));
    CHECK_FALSE(off.holds("uid=a", base::Secret("one")));
}
