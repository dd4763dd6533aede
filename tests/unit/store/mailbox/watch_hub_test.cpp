#include "store/mailbox/watch_hub.h"

#include "store/mailbox/errc.h"
#include "tests/support/catch.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using namespace helio::store;

namespace {

struct Bench {
    test::ManualExecutor executor;
    base::Registry metrics;
    WatchHub hub{{.watches = 10, .ranges = 3, .waiting_mailboxes = 2}, metrics.gauge("watches", "")};
    std::vector<MailboxEvent> heard;
    UserId user{7};
    Watch watch = hub.watch_user(user, [this](const MailboxEvent& event) { heard.push_back(event); }).value();

    MailboxEvent event(std::uint32_t ordinal) const {
        MailboxEvent made;
        made.mailbox = MailboxId::of(user, ordinal);
        return made;
    }
};

}  // namespace

TEST_CASE("changed annotations are told by name, each once, and it is told when there are too many", "[store][watch]") {
    Bench bench;
    auto event = bench.event(1);
    event.annotations = {{UserId{}, false, "/shared/comment"}, {bench.user, false, "/private/comment"}};
    bench.hub.publish({event, event});
    bench.executor.run();
    REQUIRE(bench.heard.size() == 1);
    CHECK(bench.heard[0].annotations == event.annotations);
    CHECK_FALSE(bench.heard[0].annotations_lost);

    auto third = event;
    third.annotations = {{UserId{}, false, "/shared/three"}};
    auto fourth = event;
    fourth.annotations = {{UserId{}, false, "/shared/four"}};
    bench.hub.publish({event, third});
    bench.executor.run();
    CHECK_FALSE(bench.heard[1].annotations_lost);
    bench.hub.publish({event, third, fourth});
    bench.executor.run();
    CHECK(bench.heard[2].annotations.size() == 3);
    CHECK(bench.heard[2].annotations_lost);
}

TEST_CASE("a watch of a user tells when more mailboxes changed than it has room for", "[store][watch]") {
    Bench bench;
    bench.hub.publish({bench.event(1), bench.event(2)});
    bench.executor.run();
    REQUIRE(bench.heard.size() == 2);
    CHECK_FALSE(bench.heard[0].mailboxes_lost);
    bench.hub.publish({bench.event(1), bench.event(2), bench.event(3)});
    bench.executor.run();
    REQUIRE(bench.heard.size() == 4);
    CHECK(bench.heard[2].mailboxes_lost);
    CHECK(bench.heard[2].rescan);
    CHECK_FALSE(bench.heard[3].mailboxes_lost);
}

TEST_CASE("all who watch a mailbox are told of several changes at once, in one event", "[store][watch]") {
    Bench bench;
    const auto mailbox = bench.event(4).mailbox;
    std::vector<MailboxEvent> first;
    std::vector<MailboxEvent> second;
    const auto one = bench.hub.watch_mailbox(mailbox, [&](const MailboxEvent& event) { first.push_back(event); });
    const auto two = bench.hub.watch_mailbox(mailbox, [&](const MailboxEvent& event) { second.push_back(event); });
    auto came = bench.event(4);
    came.appended.add(Uid{5});
    came.modseq = ModSeq{11};
    auto went = bench.event(4);
    went.expunged.add(Uid{2});
    went.modseq = ModSeq{12};
    bench.hub.publish({came, bench.event(5)});
    bench.hub.publish({went});
    bench.executor.run();
    for (const auto& heard : {first, second}) {
        REQUIRE(heard.size() == 1);
        CHECK(heard[0].mailbox == mailbox);
        CHECK(heard[0].appended == came.appended);
        CHECK(heard[0].expunged == went.expunged);
        CHECK(heard[0].modseq == went.modseq);
    }
    CHECK(bench.heard.size() == 2);  // the watch of the user: this mailbox and the other one

    bench.hub.publish({came});
    bench.executor.run();
    REQUIRE(first.size() == 2);
    CHECK(first[1].expunged.empty());
}

TEST_CASE("watches may end, and others begin, while they are told", "[store][watch]") {
    Bench bench;
    const auto mailbox = bench.event(4).mailbox;
    std::vector<std::string> told;
    std::vector<Watch> watches(4);
    const auto watch = [&](std::function<void()> act, std::string name) {
        return bench.hub
            .watch_mailbox(mailbox,
                           [&told, act = std::move(act), name = std::move(name)](const MailboxEvent&) {
                               act();
                               told.push_back(name);  // what the function holds is still there
                           })
            .value();
    };
    watches[0] = watch([&] { watches[0] = Watch(); }, "ends itself");
    watches[1] = watch([&] { watches[2] = Watch(); }, "ends the next");
    watches[2] = watch([] {}, "is ended");
    watches[3] = watch([&] { watches[2] = watch([] {}, "begins"); }, "begins another");
    bench.hub.publish({bench.event(4)});
    bench.executor.run();
    CHECK(told == std::vector<std::string>{"ends itself", "ends the next", "begins another"});

    told.clear();
    watches[1] = Watch();
    watches[3] = Watch();
    bench.hub.publish({bench.event(4)});
    bench.executor.run();
    CHECK(told == std::vector<std::string>{"begins"});
}

TEST_CASE("nobody is told after the end of his watch, and the number of watches is bounded", "[store][watch]") {
    Bench bench;  // has one
    const auto mailbox = bench.event(4).mailbox;
    int told = 0;
    const auto count = [&](const MailboxEvent&) { ++told; };
    std::vector<Watch> watches;
    for (int i = 0; i < 9; ++i) watches.push_back(bench.hub.watch_mailbox(mailbox, count).value());
    const auto eleventh = bench.hub.watch_mailbox(mailbox, count);
    REQUIRE_FALSE(eleventh);
    CHECK(eleventh.error().code == errc::too_many);
    CHECK(bench.metrics.gauge("watches", "").value() == 10);

    bench.hub.publish({bench.event(4)});
    watches.clear();
    bench.watch = Watch();
    CHECK(bench.metrics.gauge("watches", "").value() == 0);
    bench.executor.run();
    CHECK(told == 0);
    CHECK(bench.heard.empty());

    watches.push_back(bench.hub.watch_mailbox(mailbox, count).value());
    bench.executor.run();
    CHECK(told == 0);  // what happened before is no news
    bench.hub.publish({bench.event(4)});
    bench.executor.run();
    CHECK(told == 1);
}
