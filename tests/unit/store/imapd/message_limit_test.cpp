#include "store/imapd/message_limit.h"

#include "tests/support/catch.h"

using namespace helio::store;
using namespace helio::store::imapd;

namespace {

std::string told(const MessageLimit& limit, Reply& reply) {
    std::string out;
    limit.tell(reply, out);
    return out + '[' + reply.code + ']';
}

}  // namespace

TEST_CASE("a command's limit keeps the messages with the highest UIDs", "[store][imap]") {
    MessageLimit limit(3);
    SECTION("at the limit nothing is left out") {
        CHECK(limit.admit(UidSet::of(Uid{5}, Uid{7})).to_string() == "5:7");
        auto reply = Reply::ok("Done", "COPYUID 1 2 3");
        CHECK(told(limit, reply) == "[COPYUID 1 2 3]");
    }
    SECTION("above it the lowest UID that was processed is told; another code goes before") {
        CHECK(limit.admit(UidSet({{Uid{1}, Uid{2}}, {Uid{9}, Uid{9}}, {Uid{20}, Uid{20}}})).to_string() == "2,9,20");
        auto reply = Reply::ok("Done", "COPYUID 1 2 3");
        CHECK(told(limit, reply) == "* OK [COPYUID 1 2 3] Done\r\n[MESSAGELIMIT 3 2]");
    }
    SECTION("several mailboxes share it, and then no UID tells where to go on") {
        CHECK(limit.admit(UidSet::of(Uid{1}, Uid{2})).size() == 2);
        CHECK(limit.admit(UidSet::of(Uid{1}, Uid{2})).to_string() == "2");
        CHECK(limit.admit(UidSet::of(Uid{1}, Uid{2})).empty());
        auto reply = Reply::ok("Done");
        CHECK(told(limit, reply) == "[MESSAGELIMIT 3]");
    }
    SECTION("a refusal has processed nothing, unless messages were gone") {
        (void)limit.admit(UidSet::of(Uid{1}, Uid{4}));
        auto refused = Reply::no("OVERQUOTA", "Quota exceeded");
        CHECK(told(limit, refused) == "[OVERQUOTA]");
        auto gone = Reply::no("EXPUNGEISSUED", "Gone");
        CHECK(told(limit, gone) == "* OK [MESSAGELIMIT 3 2] The messages with the highest UIDs\r\n[EXPUNGEISSUED]");
    }
}

TEST_CASE("no limit leaves nothing out, and of two the smaller holds", "[store][imap]") {
    MessageLimit none;
    CHECK(none.admit(UidSet::of(Uid{1}, Uid{100000})).size() == 100000);
    auto reply = Reply::ok("Done");
    CHECK(told(none, reply) == "[]");
    CHECK(tighter_limit(0, 0) == 0);
    CHECK(tighter_limit(0, 100) == 100);
    CHECK(tighter_limit(200, 0) == 200);
    CHECK(tighter_limit(200, 100) == 100);
}
