#include "store/mailbox/recent_table.h"

#include "tests/support/catch.h"

using namespace helio::store;

namespace {

std::vector<MailboxEvent> arrival(MailboxId mailbox, std::uint32_t uid) {
    MailboxEvent event;
    event.mailbox = mailbox;
    event.appended.add(Uid{uid});
    return {event};
}

}  // namespace

TEST_CASE("a message is recent though a later one was told of first", "[store]") {
    RecentTable table;
    const auto inbox = MailboxId::of(UserId{7}, 0);
    table.arrived(arrival(inbox, 6));
    table.arrived(arrival(inbox, 5));
    table.arrived(arrival(inbox, 7));
    CHECK(table.claim(inbox, Uid{8}, false) == Uid{5});
    CHECK(table.claim(inbox, Uid{8}, true) == Uid{5});
    CHECK(table.claim(inbox, Uid{8}, true) == Uid{8});
}
