#include "store/mailbox/publish_order.h"

#include "tests/support/catch.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using namespace helio::store;

TEST_CASE("changes are told in the order in which they were decided", "[store][watch]") {
    test::ManualExecutor executor;
    base::Registry metrics;
    WatchHub hub({.watches = 10, .ranges = 10}, metrics.gauge("watches", ""));
    const auto inbox = MailboxId::of(UserId{1}, 0);
    std::vector<std::uint64_t> told;
    const auto watch =
        hub.watch_mailbox(inbox, [&told](const MailboxEvent& event) { told.push_back(event.modseq.value); });
    REQUIRE(watch);
    const auto event = [inbox](std::uint64_t modseq) {
        MailboxEvent happened;
        happened.mailbox = inbox;
        happened.modseq = ModSeq{modseq};
        return std::vector{happened};
    };
    PublishOrder order(hub);
    order.ended(3, event(30));
    order.ended(2, {});  // it failed
    executor.run();
    CHECK(told.empty());
    order.ended(0, {});  // it was refused
    order.ended(1, event(10));
    executor.run();
    CHECK(told == std::vector<std::uint64_t>{30});  // merged with 10
    order.ended(4, event(40));
    executor.run();
    CHECK(told.back() == 40);
}
