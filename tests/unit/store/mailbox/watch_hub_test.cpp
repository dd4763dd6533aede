#include "store/mailbox/watch_hub.h"

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
