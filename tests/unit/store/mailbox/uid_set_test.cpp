#include "store/mailbox/uid_set.h"

#include <set>

#include "tests/support/catch.h"

using namespace helio::store;

namespace {

UidSet set_of(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs) {
    std::vector<UidRange> ranges;
    for (const auto& [first, last] : pairs) ranges.push_back({Uid{first}, Uid{last}});
    return UidSet(std::move(ranges));
}

}  // namespace

TEST_CASE("ranges in any order become one ascending form", "[store]") {
    CHECK(set_of({{7, 9}, {1, 3}, {4, 5}, {20, 10}, {8, 12}}).to_string() == "1:5,7:12");
    CHECK(set_of({}).to_string().empty());
    CHECK(set_of({{UINT32_MAX, UINT32_MAX}, {1, 1}}).size() == 2);
}

TEST_CASE("positions and UIDs answer each other", "[store]") {
    const auto set = set_of({{2, 4}, {10, 10}, {20, 22}});
    REQUIRE(set.size() == 7);
    for (std::size_t i = 0; i < set.size(); ++i) CHECK(set.position_of(set.at(i)) == i);
    CHECK_FALSE(set.position_of(Uid{5}));
    CHECK_FALSE(set.position_of(Uid{1}));
    CHECK_FALSE(set.position_of(Uid{23}));
    CHECK(set.count_below(Uid{1}) == 0);
    CHECK(set.count_below(Uid{3}) == 1);
    CHECK(set.count_below(Uid{15}) == 4);
    CHECK(set.count_below(Uid{99}) == 7);
}

TEST_CASE("set arithmetic agrees with a plain set", "[store]") {
    std::uint32_t seed = 1;
    const auto random = [&seed](std::uint32_t below) {
        seed = seed * 1664525 + 1013904223;
        return (seed >> 16) % below;
    };
    for (int round = 0; round < 200; ++round) {
        UidSet a;
        UidSet b;
        std::set<std::uint32_t> plain_a;
        std::set<std::uint32_t> plain_b;
        for (int i = 0; i < 12; ++i) {
            const auto first = 1 + random(60);
            const auto last = first + random(6);
            auto& set = i % 2 == 0 ? a : b;
            auto& plain = i % 2 == 0 ? plain_a : plain_b;
            set.add(Uid{first}, Uid{last});
            for (auto uid = first; uid <= last; ++uid) plain.insert(uid);
        }
        auto both = a.intersection(b);
        auto left = a;
        left.remove(b);
        auto all = a;
        all.add(b);
        const auto part = a.within(Uid{10}, Uid{30});
        for (std::uint32_t uid = 0; uid < 70; ++uid) {
            CHECK(a.contains(Uid{uid}) == plain_a.contains(uid));
            CHECK(both.contains(Uid{uid}) == (plain_a.contains(uid) && plain_b.contains(uid)));
            CHECK(left.contains(Uid{uid}) == (plain_a.contains(uid) && !plain_b.contains(uid)));
            CHECK(all.contains(Uid{uid}) == (plain_a.contains(uid) || plain_b.contains(uid)));
            CHECK(part.contains(Uid{uid}) == (plain_a.contains(uid) && uid >= 10 && uid <= 30));
        }
        CHECK(a.size() == plain_a.size());
        CHECK(left.size() + both.size() == a.size());
    }
}
