#include "tests/unit/mta/queue_fixture.h"

using namespace helio;
using test::QueueFixture;
using namespace std::chrono_literals;

namespace {

const auto temporary = smtp::reply(451, {4, 4, 2}, "not now");
const auto full = smtp::reply(452, {4, 2, 2}, "over quota");
const auto unknown = smtp::reply(550, {5, 1, 1}, "no such user");

}  // namespace

TEST_CASE("when every store takes the message nothing is queued", "[mta][queue]") {
    QueueFixture f;
    const auto reply = f.accept(f.message("id1", "s@remote.test", {"alice@example.test", "bob@example.test"}));
    CHECK(smtp::one_line(reply) == "250 2.0.0 delivered as id1");
    CHECK(f.deliverer.asked.size() == 2);
    CHECK(f.queued() == 0);
}

TEST_CASE("what a store defers is queued under the same id and tried again", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["bob@example.test"] = temporary;
    const auto reply = f.accept(f.message("id1", "s@remote.test", {"alice@example.test", "bob@example.test"}));
    CHECK(smtp::one_line(reply) == "250 2.0.0 queued as id1");
    CHECK(f.queued() == 1);
    f.deliverer.asked.clear();
    f.run_due();
    CHECK(f.deliverer.asked.empty());  // not due yet
    f.clock.advance(2min);
    f.run_due();
    REQUIRE(f.deliverer.asked.size() == 1);
    CHECK(f.deliverer.asked[0].id == "id1");
    CHECK(f.deliverer.asked[0].to == "bob@example.test");
    CHECK(f.deliverer.asked[0].text.ends_with("body\r\n"));
    CHECK(f.queued() == 1);
    f.deliverer.answers.clear();
    f.clock.advance(10min);
    f.run_due();
    CHECK(f.queued() == 0);
}

TEST_CASE("the queue goes on after a restart, and follows a user who moved", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["bob@example.test"] = temporary;
    f.accept(f.message("id1", "s@remote.test", {"bob@example.test"}));
    f.close();
    f.open();
    CHECK(f.queued() == 1);
    f.directory.add_user("bob@example.test", "x", "store-a.example.test");
    f.deliverer.answers.clear();
    f.deliverer.asked.clear();
    f.clock.advance(2min);
    f.run_due();
    REQUIRE(f.deliverer.asked.size() == 1);
    CHECK(f.deliverer.asked[0].destination == "store-a.example.test");
    CHECK(f.queued() == 0);
}

TEST_CASE("when all refuse the client hears it and nothing is queued", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["alice@example.test"] = unknown;
    const auto reply = f.accept(f.message("id1", "s@remote.test", {"alice@example.test"}));
    CHECK(smtp::one_line(reply) == "550 5.1.1 no such user");
    CHECK(f.queued() == 0);
}

TEST_CASE("when some refuse the sender gets a DSN through the same queue", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["alice@example.test"] = unknown;
    const auto reply = f.accept(f.message("id1", "s@remote.test", {"alice@example.test", "bob@example.test"}));
    CHECK(reply.code == 250);
    REQUIRE(f.queued() == 1);
    f.deliverer.asked.clear();
    f.run_due();
    REQUIRE(f.deliverer.asked.size() == 1);
    const auto& dsn = f.deliverer.asked[0];
    CHECK(dsn.id != "id1");
    CHECK(dsn.from.empty());
    CHECK(dsn.to == "s@remote.test");
    CHECK(dsn.destination == "remote.test");
    CHECK(dsn.text.find("Final-Recipient: rfc822; alice@example.test") != dsn.text.npos);
    CHECK(dsn.text.find("Status: 5.1.1") != dsn.text.npos);
    CHECK(dsn.text.find("X-Id: id1") != dsn.text.npos);
    CHECK(f.queued() == 0);
}

TEST_CASE("a null reverse path is never bounced", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["alice@example.test"] = unknown;
    f.accept(f.message("id1", "", {"alice@example.test", "bob@example.test"}));
    CHECK(f.queued() == 0);
    f.deliverer.answers["alice@example.test"] = temporary;
    f.accept(f.message("id2", "", {"alice@example.test"}));
    CHECK(f.queued() == 1);
    f.clock.advance(6 * 24h);
    f.run_due();
    CHECK(f.queued() == 0);
}

TEST_CASE("retries back off and a message that is too old bounces", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["alice@example.test"] = full;
    f.accept(f.message("id1", "s@remote.test", {"alice@example.test"}));
    f.deliverer.asked.clear();
    for (int minute = 0; minute < 12 * 60; ++minute) {
        f.clock.advance(1min);
        f.run_due();
    }
    CHECK(f.deliverer.asked.size() > 90);  // a store: every five minutes at last
    CHECK(f.deliverer.asked.size() < 220);
    f.deliverer.asked.clear();
    f.clock.advance(5 * 24h);
    f.run_due();
    f.run_due();
    REQUIRE(f.deliverer.asked.size() == 2);
    CHECK(f.deliverer.asked[1].to == "s@remote.test");
    CHECK(f.deliverer.asked[1].text.find("Status: 5.4.7") != std::string::npos);
    CHECK(f.deliverer.asked[1].text.find("over quota") != std::string::npos);
    CHECK(f.queued() == 0);
}

TEST_CASE("a user deleted meanwhile bounces, one on hold waits without end, no directory means wait", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["alice@example.test"] = temporary;
    f.deliverer.answers["bob@example.test"] = temporary;
    f.accept(f.message("id1", "s@remote.test", {"alice@example.test", "bob@example.test"}));
    f.deliverer.answers.clear();
    f.deliverer.asked.clear();
    f.directory.set_down(true);
    f.clock.advance(2min);
    f.run_due();
    CHECK(f.deliverer.asked.empty());
    CHECK(f.queued() == 1);
    f.directory.set_down(false);
    f.directory.add_user("alice@example.test", "x", "store-a.example.test").status = ldap::Status::deleted;
    f.directory.add_user("bob@example.test", "x", "store-b.example.test").status = ldap::Status::hold;
    f.clock.advance(2h);
    f.run_due();
    f.run_due();
    REQUIRE(f.deliverer.asked.size() == 1);
    CHECK(f.deliverer.asked[0].to == "s@remote.test");
    f.clock.advance(30 * 24h);
    f.run_due();
    CHECK(f.queued() == 1);
    f.directory.add_user("bob@example.test", "x", "store-b.example.test");
    f.clock.advance(2h);
    f.run_due();
    CHECK(f.deliverer.asked.back().to == "bob@example.test");
    CHECK(f.queued() == 0);
}

TEST_CASE("remote recipients are queued at once and due at once", "[mta][queue]") {
    QueueFixture f;
    const auto reply = f.accept(f.message("id1", "alice@example.test", {"x@other.test", "bob@example.test"}));
    CHECK(reply.code == 250);
    REQUIRE(f.deliverer.asked.size() == 1);
    CHECK(f.deliverer.asked[0].to == "bob@example.test");
    f.run_due();
    REQUIRE(f.deliverer.asked.size() == 2);
    CHECK(f.deliverer.asked[1].destination == "other.test");
    CHECK(f.queued() == 0);
}

TEST_CASE("other sites are tried every hour at last", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["x@other.test"] = temporary;
    f.accept(f.message("id1", "alice@example.test", {"x@other.test"}));
    for (int minute = 0; minute < 24 * 60; ++minute) {
        f.run_due();
        f.clock.advance(1min);
    }
    CHECK(f.deliverer.asked.size() > 20);
    CHECK(f.deliverer.asked.size() < 60);
}

TEST_CASE("a destination without a free place is not tried, and is when it has one", "[mta][queue]") {
    QueueFixture f;
    std::vector<mta::Destinations::Place> places;
    const mta::Destination destination{mta::Hop::remote, "other.test"};
    for (int i = 0; i < 20; ++i) {
        places.push_back(f.destinations.enter(destination));
        CHECK(places.back());
    }
    CHECK_FALSE(f.destinations.enter(destination));
    f.accept(f.message("id1", "alice@example.test", {"x@other.test"}));
    f.run_due();
    CHECK(f.deliverer.asked.empty());
    CHECK(f.queued() == 1);
    CHECK(f.queue->find("id1")->attempts == 0);
    places.clear();
    f.run_due();
    CHECK(f.deliverer.asked.size() == 1);
    CHECK(f.queued() == 0);
}

TEST_CASE("who found no place is tried at once when there is one, and the attempt counts once", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["x@other.test"] = temporary;
    f.accept(f.message("id1", "alice@example.test", {"x@other.test", "y@third.test"}));
    {
        std::vector<mta::Destinations::Place> places;
        const mta::Destination third{mta::Hop::remote, "third.test"};
        for (int i = 0; i < 20; ++i) places.push_back(f.destinations.enter(third));
        f.run_due();
        CHECK(f.deliverer.asked.size() == 1);
        const auto queued = f.queue->find("id1");
        REQUIRE(queued);
        CHECK(queued->attempts == 0);
        CHECK(queued->next == third);
        CHECK(queued->due_ms == f.queue->now_ms());
    }
    f.run_due();
    const auto queued = f.queue->find("id1");
    REQUIRE(queued);
    CHECK(queued->attempts == 1);
    CHECK(queued->recipients[1].state == mta::RecipientState::delivered);
    CHECK(queued->due_ms > f.queue->now_ms());
}

TEST_CASE("a backlog drains within the places of its destination and in order", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["bob@example.test"] = temporary;
    const auto made = f.message("id", "s@remote.test", {"bob@example.test"});
    for (int i = 100; i < 400; ++i) {
        auto each = std::make_shared<mta::Message>(*made);
        each->envelope.id = "id" + std::to_string(i);
        f.accept(each);
        f.clock.advance(1ms);
    }
    f.deliverer.answers.clear();
    f.deliverer.asked.clear();
    f.deliverer.slow = true;
    f.deliverer.most_under_way.clear();
    f.clock.advance(2min);
    f.run_due();
    CHECK(f.deliverer.asked.size() == 300);
    CHECK(f.deliverer.most_under_way["store-b.example.test"] == 20);
    CHECK(f.queued() == 0);
}

TEST_CASE("the messages of a user who moved go to his new store within its places", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["bob@example.test"] = temporary;
    for (int i = 0; i < 60; ++i) f.accept(f.message("id" + std::to_string(i), "s@remote.test", {"bob@example.test"}));
    f.directory.add_user("bob@example.test", "x", "store-c.example.test");
    f.deliverer.answers.clear();
    f.deliverer.slow = true;
    f.clock.advance(2min);
    f.run_due();
    CHECK(f.deliverer.most_under_way["store-c.example.test"] == 20);
    CHECK(f.queued() == 0);
}

TEST_CASE("an outcome that can't be written now waits, and nothing is delivered twice", "[mta][queue]") {
    QueueFixture f;
    f.scheduling.postpone = 1ms;
    f.close();
    f.open();
    f.accept(f.message("id1", "alice@example.test", {"x@other.test"}));
    f.io.fail(test::Call::write, 0, EIO);
    f.run_due();
    CHECK(f.io.struck());
    CHECK(f.deliverer.asked.size() == 1);
    CHECK(f.queued() == 0);
}

TEST_CASE("rows and records decode to what was encoded, and damage is refused", "[mta][queue]") {
    mta::QueuedMessage message;
    message.envelope = {"id", *mail::Address::parse("\"a b\"@example.test"), smtp::Body::eight_bit_mime, true, 17};
    message.body = {9};
    message.size_bytes = 11;
    message.attempts = 3;
    message.due_ms = 12345;
    message.recipients = {{*mail::Address::parse("x@y.test"), mta::RecipientState::bounced, "550 no"}};
    const auto without_next = mta::encode(message);
    message.next = {mta::Hop::remote, "y.test"};
    const auto bytes = mta::encode(message);
    const auto again = mta::decode_message(bytes);
    REQUIRE(again.has_value());
    CHECK(mta::encode(*again) == bytes);
    CHECK(again->recipients == message.recipients);
    CHECK(again->next == message.next);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {  // it may end before `next`: of an older version
        CHECK(mta::decode_message(bytes.substr(0, cut)).has_value() == (cut == without_next.size()));
    }
    const mta::Attempted attempted{"id", 2, 99, {{0, mta::RecipientState::delivered, "250 ok"}}, {}};
    const auto record = mta::encode(attempted);
    REQUIRE(mta::decode_attempted(record).has_value());
    CHECK(mta::encode(*mta::decode_attempted(record)) == record);
    for (std::size_t cut = 0; cut < record.size(); ++cut) CHECK_FALSE(mta::decode_attempted(record.substr(0, cut)));
}

TEST_CASE("the index is the same after a rebuild from the log and after compaction", "[mta][queue]") {
    QueueFixture f;
    f.deliverer.answers["bob@example.test"] = temporary;
    for (int i = 0; i < 20; ++i) f.accept(f.message("id" + std::to_string(i), "s@remote.test", {"bob@example.test"}));
    f.clock.advance(2min);
    f.run_due();
    REQUIRE_OK(f.partition->compact_now());
    CHECK(f.partition->verify().problems.empty());
    f.deliverer.answers.clear();
    f.clock.advance(1h);
    f.run_due();
    CHECK(f.queued() == 0);
    CHECK(f.partition->verify().problems.empty());
}
