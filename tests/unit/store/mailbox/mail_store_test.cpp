#include "store/mailbox/mail_store.h"

#include "tests/support/catch.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using namespace helio::store;
using test::StoreFixture;
using test::wait;

namespace {

std::vector<std::string> names(StoreFixture& fixture, UserId user) {
    std::vector<std::string> found;
    (void)fixture.store.read(user, [&](const UserView& view) {
        for (const auto& mailbox : view.mailboxes()) found.push_back(mailbox.name);
    });
    return found;
}

MailboxStatus status(StoreFixture& fixture, MailboxId id) { return fixture.store.status(id).value(); }

std::string text_of(StoreFixture& fixture, BodyId body) {
    std::string text;
    const auto opened = fixture.store.open_body(body);
    if (opened) (void)(*opened)->read(0, (*opened)->size(), text);
    return text;
}

Delivery delivery_to(const std::vector<std::string>& users, std::string id = {}) {
    Delivery delivery{test::body_of("Subject: hello\r\n\r\ntext\r\n"), std::nullopt, {}};
    for (const auto& user : users) delivery.recipients.push_back({user, "", {}, id, {}, false});
    return delivery;
}

}  // namespace

TEST_CASE("the first login makes INBOX and the initial folders once", "[store]") {
    StoreFixture fixture;
    const auto alice = fixture.user();
    CHECK(names(fixture, alice) == std::vector<std::string>{"INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"});
    CHECK(fixture.store.find_mailbox(alice, "Sent")->special_use == SpecialUse::sent);
    REQUIRE_OK(wait(fixture.store.delete_mailbox(alice, "Junk")));
    const auto submits = fixture.partition->submits();
    CHECK(fixture.user() == alice);
    CHECK(fixture.partition->submits() == submits);
    CHECK_FALSE(fixture.store.find_mailbox(alice, "Junk"));
    CHECK(fixture.store.find_user("alice@example.test") == alice);
    CHECK_FALSE(fixture.store.find_user("bob@example.test"));
}

TEST_CASE("a delivery to five users stores one body, one summary and answers each", "[store]") {
    StoreFixture fixture;
    const auto results =
        wait(fixture.store.deliver(delivery_to({"a@x.test", "b@x.test", "c@x.test", "d@x.test", "bad"})));
    REQUIRE_OK(results);
    REQUIRE(results->size() == 5);
    for (std::size_t i = 0; i < 4; ++i) {
        REQUIRE_OK((*results)[i]);
        CHECK((*results)[i]->uid == Uid{1});
    }
    CHECK((*results)[4].error().code == errc::bad_name);
    CHECK(fixture.partition->submits() == 1);
    CHECK(fixture.partition->bodies() == 1);
    const auto first = fixture.message((*results)[0]->mailbox, Uid{1});
    const auto fourth = fixture.message((*results)[3]->mailbox, Uid{1});
    CHECK(first.body == fourth.body);
    CHECK(text_of(fixture, first.body) == "Subject: hello\r\n\r\ntext\r\n");
    CHECK(fixture.store.summary(first.body)->find("hello") != std::string::npos);
}

TEST_CASE("a repeated delivery is answered with success and stored once, per recipient", "[store]") {
    StoreFixture fixture;
    const auto first = wait(fixture.store.deliver(delivery_to({"a@x.test"}, "q1"))).value();
    const auto again = wait(fixture.store.deliver(delivery_to({"a@x.test", "b@x.test"}, "q1"))).value();
    CHECK_FALSE(first[0]->duplicate);
    CHECK(again[0]->duplicate);
    CHECK(again[0]->uid == first[0]->uid);
    CHECK_FALSE(again[1]->duplicate);
    CHECK(status(fixture, first[0]->mailbox).messages == 1);
    CHECK(wait(fixture.store.deliver(delivery_to({"a@x.test"}, "q2"))).value()[0]->uid == Uid{2});
}

TEST_CASE("a delivery that failed on the disk is not taken for a repeated one", "[store]") {
    StoreFixture fixture;
    fixture.partition->fail_after_decision(Error{std::make_error_code(std::errc::io_error), "disk"});
    CHECK_FALSE(wait(fixture.store.deliver(delivery_to({"a@x.test"}, "q1"))));
    fixture.partition->fail_after_decision(std::nullopt);
    const auto again = wait(fixture.store.deliver(delivery_to({"a@x.test"}, "q1"))).value();
    CHECK_FALSE(again[0]->duplicate);
    CHECK(status(fixture, again[0]->mailbox).messages == 1);
}

TEST_CASE("delivery ids are forgotten by count and by age", "[store]") {
    StoreConfig config;
    config.limits.deliveries = 3;
    StoreFixture fixture(config);
    for (const auto* id : {"1", "2", "3", "4", "5"}) (void)wait(fixture.store.deliver(delivery_to({"a@x.test"}, id)));
    CHECK_FALSE(wait(fixture.store.deliver(delivery_to({"a@x.test"}, "1"))).value()[0]->duplicate);
    CHECK(wait(fixture.store.deliver(delivery_to({"a@x.test"}, "5"))).value()[0]->duplicate);
    fixture.clock.advance(std::chrono::hours(8 * 24));
    (void)wait(fixture.store.deliver(delivery_to({"a@x.test"}, "6")));
    CHECK_FALSE(wait(fixture.store.deliver(delivery_to({"a@x.test"}, "5"))).value()[0]->duplicate);
    CHECK(fixture.partition->rebuilt().difference(fixture.partition->index()).empty());
}

TEST_CASE("over quota refuses one recipient and not the others", "[store]") {
    StoreFixture fixture;
    auto delivery = delivery_to({"a@x.test", "b@x.test", "c@x.test"});
    const auto size = delivery.body->size();
    delivery.recipients[0].quota.bytes = size - 1;
    delivery.recipients[1].quota.bytes = size;
    delivery.recipients[2].quota.messages = 0;
    delivery.recipients[2].ignore_quota = true;
    const auto results = wait(fixture.store.deliver(delivery)).value();
    CHECK(results[0].error().code == errc::over_quota_now);
    CHECK(results[1]);
    CHECK(results[2]);
}

TEST_CASE("a delivery goes to its folder, and to INBOX where that can't be", "[store]") {
    StoreFixture fixture;
    auto delivery = delivery_to({"a@x.test", "b@x.test"});
    delivery.recipients[0].folder = "lists/c++";
    delivery.recipients[0].flags = parse_flag_list("\\Seen $Junk \\Recent");
    delivery.recipients[1].folder = "a//b";
    const auto results = wait(fixture.store.deliver(delivery)).value();
    const auto user = *fixture.store.find_user("a@x.test");
    CHECK(fixture.store.find_mailbox(user, "lists/c++")->id == results[0]->mailbox);
    CHECK(fixture.store.find_mailbox(user, "lists"));
    CHECK(results[1]->mailbox.is_inbox());
    const auto message = fixture.message(results[0]->mailbox, Uid{1});
    CHECK(message.flags.has(Flag::seen));
    CHECK(message.keywords.count() == 1);
}

TEST_CASE("names: INBOX in any case, parents are made, bad ones refused", "[store]") {
    StoreFixture fixture;
    const auto alice = fixture.user();
    CHECK(fixture.store.find_mailbox(alice, "inBox")->id.is_inbox());
    CHECK(wait(fixture.store.create_mailbox(alice, "inbox")).error().code == errc::mailbox_exists);
    REQUIRE_OK(wait(fixture.store.create_mailbox(alice, "a/b/c/")));
    CHECK(fixture.store.find_mailbox(alice, "a/b"));
    CHECK(wait(fixture.store.create_mailbox(alice, "a/b")).error().code == errc::mailbox_exists);
    for (const auto* bad : {"", "/", "a//b", "/a", "a\x01", "\xff"}) {
        CAPTURE(bad);
        CHECK(wait(fixture.store.create_mailbox(alice, bad)).error().code == errc::bad_name);
    }
    CHECK(wait(fixture.store.create_mailbox(alice, std::string(401, 'x'))).error().code == errc::bad_name);
    CHECK(wait(fixture.store.create_mailbox(alice, std::string(400, 'x'))));
    // A name stays as long as there are mailboxes below it, and can't be deleted twice.
    CHECK(wait(fixture.store.delete_mailbox(alice, "a")));
    CHECK(wait(fixture.store.delete_mailbox(alice, "a")).error().code == errc::has_children);
    CHECK(names(fixture, alice) == std::vector<std::string>{"INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash",
                                                            "a/b", "a/b/c", std::string(400, 'x')});
    CHECK(wait(fixture.store.delete_mailbox(alice, "INBOX")).error().code == errc::not_allowed);
    CHECK(wait(fixture.store.delete_mailbox(alice, "none")).error().code == errc::no_such_mailbox);
}

TEST_CASE("a name made again has a new UIDVALIDITY and id", "[store]") {
    StoreFixture fixture;
    const auto alice = fixture.user();
    const auto first = wait(fixture.store.create_mailbox(alice, "a")).value();
    REQUIRE_OK(wait(fixture.store.delete_mailbox(alice, "a")));
    const auto second = wait(fixture.store.create_mailbox(alice, "a")).value();
    CHECK(second.uid_validity > first.uid_validity);
    CHECK(second.id != first.id);
}

TEST_CASE("renaming a tree keeps ids, UIDs and messages", "[store]") {
    StoreFixture fixture;
    const auto alice = fixture.user();
    const auto leaf = wait(fixture.store.create_mailbox(alice, "a/b/c")).value();
    (void)wait(fixture.store.create_mailbox(alice, "ab"));
    fixture.append(leaf.id, "x");
    REQUIRE_OK(wait(fixture.store.rename_mailbox(alice, "a", "z/y")));
    const auto moved = fixture.store.find_mailbox(alice, "z/y/b/c").value();
    CHECK(moved.id == leaf.id);
    CHECK(moved.uid_validity == leaf.uid_validity);
    CHECK(status(fixture, leaf.id).messages == 1);
    CHECK_FALSE(fixture.store.find_mailbox(alice, "a"));
    CHECK(fixture.store.find_mailbox(alice, "ab"));
    CHECK(wait(fixture.store.rename_mailbox(alice, "z", "z/q")).error().code == errc::not_allowed);
    CHECK(wait(fixture.store.rename_mailbox(alice, "ab", "z/y")).error().code == errc::mailbox_exists);
    CHECK(wait(fixture.store.rename_mailbox(alice, "none", "q")).error().code == errc::no_such_mailbox);
    CHECK(fixture.partition->rebuilt().difference(fixture.partition->index()).empty());
}

TEST_CASE("renaming INBOX moves its messages and leaves an empty INBOX", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    const auto alice = inbox.owner();
    fixture.append(inbox, "one", "\\Seen $a");
    fixture.append(inbox, "two");
    REQUIRE_OK(wait(fixture.store.rename_mailbox(alice, "INBOX", "old")));
    const auto old = fixture.store.find_mailbox(alice, "old").value();
    CHECK(status(fixture, old.id).messages == 2);
    CHECK(status(fixture, inbox).messages == 0);
    CHECK(status(fixture, inbox).uid_next == Uid{3});
    CHECK(fixture.store.find_mailbox(alice, "INBOX")->id == inbox);
}

TEST_CASE("append is all or none and honours the quota", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    std::vector<NewMessage> messages;
    messages.push_back({test::body_of("12345"), {}, Date{100, 60}});
    messages.push_back({test::body_of("67890"), parse_flag_list("\\Deleted k1"), std::nullopt});
    CHECK(wait(fixture.store.append(inbox, messages, {.bytes = 9, .messages = {}})).error().code == errc::over_quota);
    CHECK(wait(fixture.store.append(inbox, messages, {.bytes = {}, .messages = 1})).error().code == errc::over_quota);
    CHECK(status(fixture, inbox).messages == 0);
    const auto appended = wait(fixture.store.append(inbox, messages, {.bytes = 10, .messages = 2})).value();
    CHECK(appended[1].uid == Uid{2});
    CHECK(fixture.message(inbox, Uid{1}).internal_date == Date{100, 60});
    const auto now = status(fixture, inbox);
    CHECK(now.messages == 2);
    CHECK(now.unseen == 2);
    CHECK(now.deleted == 1);
    CHECK(now.size_bytes == 10);
    Usage usage;
    (void)fixture.store.read(inbox.owner(), [&](const UserView& view) { usage = view.usage(); });
    CHECK(usage == Usage{10, 2});
    CHECK(wait(fixture.store.append(MailboxId{77}, messages, {})).error().code == errc::no_such_mailbox);
}

TEST_CASE("expunge takes what is marked, keeps UIDNEXT and tells the vanished", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    for (int i = 0; i < 5; ++i) fixture.append(inbox, "x", i % 2 == 0 ? "\\Deleted" : "");
    const auto before = status(fixture, inbox).highest_modseq;
    const auto body = fixture.message(inbox, Uid{1}).body;
    const auto some = wait(fixture.store.expunge_deleted(inbox, UidSet::of(Uid{1}, Uid{2}))).value();
    CHECK(some.uids.to_string() == "1");
    CHECK_FALSE(fixture.store.open_body(body));
    CHECK_FALSE(fixture.store.summary(body));
    const auto rest = wait(fixture.store.expunge_deleted(inbox)).value();
    CHECK(rest.uids.to_string() == "3,5");
    CHECK(wait(fixture.store.expunge(inbox, UidSet::of(Uid{1}, Uid{99}))).value().uids.to_string() == "2,4");
    UidSet vanished;
    (void)fixture.store.read(inbox, [&](const MailboxView& view) { vanished = view.vanished_since(before); });
    CHECK(vanished.to_string() == "1:5");
    CHECK(status(fixture, inbox).messages == 0);
    CHECK(status(fixture, inbox).uid_next == Uid{6});
    CHECK(fixture.append(inbox, "y") == Uid{6});
}

TEST_CASE("a long history of expunges is cut, and then more is told rather than less", "[store]") {
    StoreConfig config;
    config.limits.vanished_rows = 4;
    StoreFixture fixture(config);
    const auto inbox = fixture.inbox();
    for (int i = 0; i < 8; ++i) fixture.append(inbox, "x");
    const auto start = status(fixture, inbox).highest_modseq;
    for (std::uint32_t uid = 1; uid <= 6; ++uid) (void)wait(fixture.store.expunge(inbox, UidSet::of(Uid{uid})));
    UidSet all;
    UidSet recent;
    const auto now = status(fixture, inbox).highest_modseq;
    (void)fixture.store.read(inbox, [&](const MailboxView& view) {
        all = view.vanished_since(start);
        recent = view.vanished_since(ModSeq{now.value - 1});
    });
    CHECK(all.to_string() == "1:6");
    CHECK(recent.to_string() == "6");
    CHECK(fixture.partition->rebuilt().difference(fixture.partition->index()).empty());
}

TEST_CASE("copies share the body, carry keywords by name and answer the UIDs", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    const auto sent = fixture.store.find_mailbox(inbox.owner(), "Sent")->id;
    fixture.append(sent, "other", "b");
    fixture.append(inbox, "one", "\\Flagged a b");
    fixture.append(inbox, "two");
    const auto copied = wait(fixture.store.copy(inbox, UidSet::of(Uid{1}, Uid{9}), sent, {})).value();
    CHECK(copied.source.to_string() == "1:2");
    CHECK(copied.destination.to_string() == "2:3");
    const auto copy = fixture.message(sent, Uid{2});
    CHECK(copy.body == fixture.message(inbox, Uid{1}).body);
    CHECK(copy.email == fixture.message(inbox, Uid{1}).email);
    CHECK(copy.flags.has(Flag::flagged));
    CHECK(copy.keywords.to_ulong() == 0b11);
    (void)wait(fixture.store.expunge(inbox, UidSet::of(Uid{1})));
    CHECK(text_of(fixture, copy.body) == "one");
    CHECK(fixture.store.summary(copy.body));
    const auto over = wait(fixture.store.copy(inbox, UidSet::of(Uid{2}), sent, {.bytes = {}, .messages = 4}));
    CHECK(over.error().code == errc::over_quota);
}

TEST_CASE("a move is one change, without asking the quota", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    const auto trash = fixture.store.find_mailbox(inbox.owner(), "Trash")->id;
    for (int i = 0; i < 3; ++i) fixture.append(inbox, "x");
    const auto submits = fixture.partition->submits();
    const auto moved =
        wait(fixture.store.move(inbox, UidSet::of(Uid{2}, Uid{3}), trash, {.bytes = 0, .messages = 0})).value();
    CHECK(fixture.partition->submits() == submits + 1);
    CHECK(moved.source.to_string() == "2:3");
    CHECK(moved.destination.to_string() == "1:2");
    CHECK(status(fixture, inbox).messages == 1);
    CHECK(status(fixture, trash).messages == 2);
    CHECK(wait(fixture.store.move(inbox, UidSet::of(Uid{50}), trash, {}))->source.empty());
}

TEST_CASE("large mailboxes go in steps, also when they are deleted", "[store]") {
    StoreConfig config;
    config.limits.batch_messages = 10;
    config.limits.change_messages = 25;
    StoreFixture fixture(config);
    const auto inbox = fixture.inbox();
    const auto alice = inbox.owner();
    const auto big = wait(fixture.store.create_mailbox(alice, "big"))->id;
    for (int i = 0; i < 26; ++i) fixture.append(big, "x");
    CHECK(wait(fixture.store.copy(big, UidSet::of(Uid{1}, Uid{26}), inbox, {})).error().code ==
          errc::too_many_messages);
    CHECK(wait(fixture.store.copy(big, UidSet::of(Uid{1}, Uid{25}), inbox, {})));
    const auto flagged = wait(fixture.store.store_flags(
        {big, UidSet::of(Uid{1}, Uid{UINT32_MAX}), FlagAction::add, parse_flag_list("\\Flagged"), {}}));
    CHECK(flagged->changed.size() == 26);
    REQUIRE_OK(wait(fixture.store.delete_mailbox(alice, "big")));
    CHECK_FALSE(fixture.store.status(big));
    Usage usage;
    (void)fixture.store.read(alice, [&](const UserView& view) { usage = view.usage(); });
    CHECK(usage.messages == 25);
    CHECK(fixture.partition->rebuilt().difference(fixture.partition->index()).empty());
}

TEST_CASE("subscriptions are names, listed with their mailboxes", "[store]") {
    StoreFixture fixture;
    const auto alice = fixture.user();
    REQUIRE_OK(wait(fixture.store.subscribe(alice, "not/there", true)));
    REQUIRE_OK(wait(fixture.store.create_mailbox(alice, "a/b")));
    REQUIRE_OK(wait(fixture.store.subscribe(alice, "Sent", false)));
    std::vector<ListEntry> list;
    (void)fixture.store.read(alice, [&](const UserView& view) { list = view.list(); });
    const auto entry = [&](std::string_view name) { return *std::ranges::find(list, name, &ListEntry::name); };
    CHECK(list.front().name == "INBOX");
    CHECK(entry("a").has_children);
    CHECK_FALSE(entry("a/b").has_children);
    CHECK_FALSE(entry("not/there").mailbox);
    CHECK(entry("not/there").subscribed);
    CHECK_FALSE(entry("Sent").subscribed);
    CHECK(entry("Trash").subscribed);
}

TEST_CASE("UIDs are remembered and brought up to date", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    for (int i = 0; i < 5; ++i) fixture.append(inbox, "x");
    const auto first = fixture.store.uids(inbox).value();
    CHECK(fixture.store.uids(inbox).value() == first);
    (void)wait(fixture.store.expunge(inbox, UidSet::of(Uid{2}, Uid{3})));
    fixture.append(inbox, "x");
    CHECK(fixture.store.uids(inbox).value()->to_string() == "1,4:6");
    CHECK(first->to_string() == "1:5");
}

TEST_CASE("UIDs that are remembered are given only where they are new enough", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    CHECK_FALSE(fixture.store.known_uids(inbox, ModSeq{0}));
    fixture.append(inbox, "x");
    const auto first = fixture.store.uids_at(inbox).value();
    CHECK(first.modseq == fixture.store.status(inbox).value().highest_modseq);
    CHECK(fixture.store.known_uids(inbox, first.modseq)->uids == first.uids);
    fixture.append(inbox, "x");
    const auto now = fixture.store.status(inbox).value().highest_modseq;
    CHECK(fixture.store.known_uids(inbox, first.modseq)->uids == first.uids);
    CHECK_FALSE(fixture.store.known_uids(inbox, now));
    (void)fixture.store.uids(inbox);
    CHECK(fixture.store.known_uids(inbox, now)->uids->to_string() == "1:2");
    // A change of flags alone leaves the set as it is.
    (void)wait(fixture.store.store_flags({inbox, UidSet::of(Uid{1}), FlagAction::add, parse_flag_list("\\Seen"), {}}));
    const auto seen = fixture.store.status(inbox).value().highest_modseq;
    const auto before = fixture.store.known_uids(inbox, now)->uids;
    CHECK(fixture.store.uids_at(inbox).value().uids == before);
    CHECK(fixture.store.known_uids(inbox, seen)->uids == before);
}

TEST_CASE("recent messages are told to one session", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    fixture.append(inbox, "x");
    fixture.append(inbox, "x");
    CHECK(fixture.store.claim_recent(inbox, Uid{3}, false) == Uid{1});
    CHECK(fixture.store.claim_recent(inbox, Uid{3}, true) == Uid{1});
    CHECK(fixture.store.claim_recent(inbox, Uid{3}, true) == Uid{3});
    fixture.append(inbox, "x");
    CHECK(fixture.store.claim_recent(inbox, Uid{4}, true) == Uid{3});
}

TEST_CASE("watchers hear what happened, merged, on their own executor", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    std::vector<MailboxEvent> heard;
    std::vector<MailboxEvent> of_user;
    auto watch = fixture.store.watch(inbox, [&](const MailboxEvent& event) { heard.push_back(event); }).value();
    auto user_watch =
        fixture.store.watch(inbox.owner(), [&](const MailboxEvent& event) { of_user.push_back(event); }).value();
    fixture.append(inbox, "x");
    fixture.append(inbox, "x", "k");
    (void)wait(fixture.store.expunge(inbox, UidSet::of(Uid{1})));
    CHECK(heard.empty());
    fixture.executor.run();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].appended.to_string() == "1:2");
    CHECK(heard[0].expunged.to_string() == "1");
    CHECK(heard[0].keywords_changed);
    CHECK(heard[0].modseq == status(fixture, inbox).highest_modseq);
    CHECK(of_user.size() == 1);
    (void)wait(fixture.store.create_mailbox(inbox.owner(), "new"));
    fixture.append(inbox, "x");
    watch = Watch();
    fixture.executor.run();
    CHECK(heard.size() == 1);
    CHECK(of_user.size() == 3);
}

TEST_CASE("a refused write changes nothing and says why", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    fixture.partition->refuse_with(Error{std::make_error_code(std::errc::no_space_on_device), ""});
    CHECK(wait(fixture.store.append(inbox, {{test::body_of("x"), {}, {}}}, {})).error().code ==
          std::errc::no_space_on_device);
    CHECK(fixture.store.not_ready() == "disk");
    CHECK(status(fixture, inbox).messages == 0);
}
