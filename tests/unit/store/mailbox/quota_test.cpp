#include "store/mailbox/quota.h"

#include "tests/support/catch.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using namespace helio::store;
using std::chrono::hours;
using test::StoreFixture;
using test::wait;

namespace {

constexpr auto alice = "alice@example.test";
constexpr auto bob = "bob@example.test";

Result<Appended> deliver(StoreFixture& fixture, const std::string& user, std::size_t bytes, QuotaLimits known = {},
                         const std::string& folder = {}) {
    Delivery delivery{test::body_of(std::string(bytes, 'x')), std::nullopt, {}};
    delivery.recipients.push_back({user, folder, {}, {}, known, false});
    return wait(fixture.store.deliver(std::move(delivery))).value().front();
}

Result<std::vector<Appended>> append(StoreFixture& fixture, MailboxId mailbox, std::size_t bytes,
                                     QuotaLimits known = {}) {
    std::vector<NewMessage> messages;
    messages.push_back({test::body_of(std::string(bytes, 'x')), {}, std::nullopt});
    return wait(fixture.store.append(mailbox, std::move(messages), known));
}

StoreConfig without_warning() {
    StoreConfig config;
    config.quota.warning_percent = 0;
    config.quota.grace = {};
    return config;
}

Result<> set_quota(StoreFixture& fixture, const std::string& root, QuotaLimits limits) {
    return wait(fixture.store.set_quota(QuotaRootName::parse(root).value(), limits));
}

QuotaRoot root_of(StoreFixture& fixture, const std::string& root) {
    return fixture.store.quota_root(QuotaRootName::parse(root).value(), {}).value();
}

std::uint32_t messages_in(StoreFixture& fixture, MailboxId mailbox) { return fixture.store.status(mailbox)->messages; }

bool rebuilds(StoreFixture& fixture) {
    return fixture.partition->rebuilt().difference(fixture.partition->index()).empty();
}

}  // namespace

TEST_CASE("names of quota roots are read and printed", "[store][quota]") {
    for (const std::string text :
         {"user/alice@example.test", "domain/example.test", "folder/a/b@x.test/Archive/2026"}) {
        CAPTURE(text);
        const auto name = QuotaRootName::parse(text);
        REQUIRE(name);
        CHECK(name->to_string() == text);
    }
    const auto folder = QuotaRootName::parse("folder/A/b@X.test/Archive/2026").value();
    CHECK(folder.owner == "a/b@x.test");
    CHECK(folder.mailbox == "Archive/2026");
    for (const std::string text : {"", "user", "user/", "domain/", "folder/", "folder/a@x.test", "folder/a@x.test/",
                                   "folder/noname/INBOX", "other/a"}) {
        CAPTURE(text);
        CHECK_FALSE(QuotaRootName::parse(text));
    }
}

TEST_CASE("keys of quota roots are read back, and nothing else is", "[store][quota]") {
    for (const auto& root : {QuotaRootId::user(UserId{7}), QuotaRootId::of_domain("example.test"),
                             QuotaRootId::folder(MailboxId::of(UserId{7}, 3))}) {
        CHECK(QuotaRootId::of_key(root.key()) == root);
    }
    for (const std::string key : {"", "\x01", "\x01\x01\x02\x03", "\x01\x01\x02\x03\x04\x05", "\x02", "\x04x"}) {
        CHECK_FALSE(QuotaRootId::of_key(key));
    }
}

TEST_CASE("a message fits up to the last byte and the last message of each limit", "[store][quota]") {
    StoreFixture fixture(without_warning());
    CHECK(deliver(fixture, alice, 100, {.bytes = 99, .messages = {}}).error().code == errc::over_quota);
    CHECK(deliver(fixture, alice, 100, {.bytes = 100, .messages = {}}));
    CHECK(deliver(fixture, alice, 1, {.bytes = 100, .messages = {}}).error().code == errc::over_quota);
    CHECK(deliver(fixture, alice, 1, {.bytes = {}, .messages = 1}).error().code == errc::over_quota);
    CHECK(deliver(fixture, alice, 1, {.bytes = {}, .messages = 2}));
    const auto inbox = fixture.inbox(alice);
    CHECK(append(fixture, inbox, 1, {.bytes = 101, .messages = {}}).error().code == errc::over_quota);
    CHECK(append(fixture, inbox, 1, {.bytes = 102, .messages = 3}));
    CHECK(wait(fixture.store.copy(inbox, UidSet::of(Uid{1}), inbox, {.bytes = 201, .messages = {}})).error().code ==
          errc::over_quota);
    CHECK(wait(fixture.store.copy(inbox, UidSet::of(Uid{1}), inbox, {.bytes = 202, .messages = 4})));
}

TEST_CASE("the administrator's word holds before the directory's, that before the default", "[store][quota]") {
    auto config = without_warning();
    config.quota.user_default.messages = 1;
    StoreFixture fixture(config);
    CHECK(deliver(fixture, alice, 1));
    CHECK(deliver(fixture, alice, 1).error().code == errc::over_quota);
    CHECK(deliver(fixture, alice, 1, {.bytes = {}, .messages = 2}));
    CHECK(deliver(fixture, alice, 1, {.bytes = {}, .messages = unlimited}));
    REQUIRE_OK(set_quota(fixture, "user/alice@example.test", {.bytes = {}, .messages = 3}));
    CHECK(deliver(fixture, alice, 1, {.bytes = {}, .messages = unlimited}).error().code == errc::over_quota);
    REQUIRE_OK(set_quota(fixture, "user/alice@example.test", {}));
    CHECK(deliver(fixture, alice, 1, {.bytes = {}, .messages = unlimited}));
    CHECK(limit_word(-1) == unlimited);
    CHECK(limit_word(0) == 0);
    CHECK_FALSE(limit_word(-2));
    CHECK_FALSE(limit_word(std::nullopt));
}

TEST_CASE("a domain counts what all its users hold, in every change", "[store][quota]") {
    StoreFixture fixture(without_warning());
    REQUIRE(deliver(fixture, alice, 60));
    REQUIRE(deliver(fixture, bob, 40));
    REQUIRE(deliver(fixture, "carol@other.test", 1000));
    CHECK(root_of(fixture, "domain/example.test").usage == Usage{100, 2});
    REQUIRE_OK(set_quota(fixture, "domain/example.test", {.bytes = 150, .messages = 3}));
    CHECK(deliver(fixture, alice, 51).error().code == errc::over_quota);
    CHECK(deliver(fixture, bob, 50));
    CHECK(deliver(fixture, alice, 0).error().code == errc::over_quota);
    CHECK(deliver(fixture, "carol@other.test", 1000));
    (void)wait(fixture.store.expunge(fixture.inbox(bob), UidSet::of(Uid{1}, Uid{2})));
    CHECK(root_of(fixture, "domain/example.test").usage == Usage{60, 1});
    CHECK(deliver(fixture, alice, 90));
    CHECK(rebuilds(fixture));
}

TEST_CASE("a folder's own limit binds what is delivered, copied and moved into it", "[store][quota]") {
    StoreFixture fixture(without_warning());
    const auto user = fixture.user(alice);
    const auto inbox = fixture.inbox(alice);
    const auto archive = fixture.store.find_mailbox(user, "Archive")->id;
    REQUIRE_OK(set_quota(fixture, "folder/alice@example.test/Archive", {.bytes = {}, .messages = 1}));
    for (int i = 0; i < 2; ++i) REQUIRE(deliver(fixture, alice, 10));
    REQUIRE(wait(fixture.store.copy(inbox, UidSet::of(Uid{1}), archive, {})));
    CHECK(wait(fixture.store.move(inbox, UidSet::of(Uid{2}), archive, {})).error().code == errc::over_quota);
    CHECK(deliver(fixture, alice, 1, {}, "Archive").error().code == errc::over_quota);
    CHECK(root_of(fixture, "folder/alice@example.test/Archive").usage == Usage{10, 1});
    CHECK(fixture.store.quota_roots(archive, {}, true)->size() == 3);
    CHECK(fixture.store.quota_roots(inbox, {}, false)->size() == 1);
    REQUIRE_OK(wait(fixture.store.delete_mailbox(user, "Archive")));
    CHECK_FALSE(fixture.store.quota_root(QuotaRootName::parse("folder/alice@example.test/Archive").value(), {}));
    CHECK(rebuilds(fixture));
}

TEST_CASE("the number of a user's mailboxes is limited, and a login does not fail for it", "[store][quota]") {
    StoreFixture fixture(without_warning());
    REQUIRE(deliver(fixture, alice, 1));
    REQUIRE_OK(set_quota(fixture, "user/alice@example.test", {.bytes = {}, .messages = {}, .mailboxes = 3}));
    const auto user = fixture.user(alice);
    CHECK(root_of(fixture, "user/alice@example.test").mailboxes == 3);
    CHECK(wait(fixture.store.create_mailbox(user, "more")).error().code == errc::over_quota);
    CHECK(set_quota(fixture, "domain/example.test", {.bytes = {}, .messages = {}, .mailboxes = 3}).error().code ==
          errc::not_allowed);
    CHECK(set_quota(fixture, "user/nobody@example.test", {}).error().code == errc::no_such_quota_root);
}

TEST_CASE("a user who has all the mailboxes that he may have can still log in", "[store][quota]") {
    auto config = without_warning();
    config.limits.mailboxes = 4;
    StoreFixture fixture(config);
    for (const auto* folder : {"a/b", "c"}) REQUIRE(deliver(fixture, alice, 1, {}, folder));
    const auto user = wait(fixture.store.open_user(alice));
    REQUIRE(user);
    CHECK(wait(fixture.store.create_mailbox(*user, "more")).error().code == errc::too_many_mailboxes);
    CHECK(rebuilds(fixture));
}

TEST_CASE("INBOX's own limit binds what goes there for want of the folder", "[store][quota]") {
    auto config = without_warning();
    config.limits.mailboxes = 1;
    StoreFixture fixture(config);
    REQUIRE(deliver(fixture, alice, 1));
    REQUIRE_OK(set_quota(fixture, "folder/alice@example.test/INBOX", {.bytes = {}, .messages = 2}));
    REQUIRE(deliver(fixture, alice, 1, {}, "a//b"));
    for (const auto* folder : {"", "a//b", "Other Users/bob"}) {
        CAPTURE(folder);
        CHECK(deliver(fixture, alice, 1, {}, folder).error().code == errc::over_quota);
    }
    CHECK(deliver(fixture, alice, 1, {}, "no room for this").error().code == errc::over_quota_now);
    CHECK(messages_in(fixture, fixture.inbox(alice)) == 2);
}

TEST_CASE("no mailbox of one's own has a name of the mailboxes of others", "[store][mailboxes]") {
    StoreFixture fixture;
    const auto user = fixture.user(alice);
    const auto inbox = fixture.inbox(alice);
    for (const std::string name : {"Other Users", "Other Users/bob/INBOX", "Public Folders/News"}) {
        CAPTURE(name);
        CHECK(wait(fixture.store.create_mailbox(user, name)).error().code == errc::bad_name);
        CHECK(wait(fixture.store.rename_mailbox(user, "Archive", name)).error().code == errc::bad_name);
        const auto delivered = deliver(fixture, alice, 1, {}, name);
        REQUIRE(delivered);
        CHECK(delivered->mailbox == inbox);
        CHECK(wait(fixture.store.subscribe(user, name, true)));
    }
    CHECK(wait(fixture.store.create_mailbox(user, "Other Users of mine")));
}

TEST_CASE("refused mail is held for the time of grace, from the first refusal on", "[store][quota]") {
    auto config = without_warning();
    config.quota.grace = hours(5);
    StoreFixture fixture(config);
    const QuotaLimits one{.bytes = {}, .messages = 1};
    REQUIRE(deliver(fixture, alice, 1, one));
    fixture.clock.advance(hours(100));
    CHECK(deliver(fixture, alice, 1, one).error().code == errc::over_quota_now);
    fixture.clock.advance(hours(5) - std::chrono::seconds(1));
    CHECK(deliver(fixture, alice, 1, one).error().code == errc::over_quota_now);
    fixture.clock.advance(std::chrono::seconds(1));
    CHECK(deliver(fixture, alice, 1, one).error().code == errc::over_quota);
    // Mail that fits ends it.
    (void)wait(fixture.store.expunge(fixture.inbox(alice), UidSet::of(Uid{1})));
    REQUIRE(deliver(fixture, alice, 1, one));
    CHECK(deliver(fixture, alice, 1, one).error().code == errc::over_quota_now);
    CHECK(rebuilds(fixture));
}

TEST_CASE("a user whom the directory calls over quota gets nothing, but what passes over quota", "[store][quota]") {
    StoreFixture fixture(without_warning());
    Delivery delivery{test::body_of("x"), std::nullopt, {}};
    delivery.recipients.push_back({alice, "", {}, {}, {}, false, true});
    delivery.recipients.push_back({bob, "", {}, {}, {}, true, true});
    const auto results = wait(fixture.store.deliver(std::move(delivery))).value();
    CHECK(results[0].error().code == errc::over_quota);
    CHECK(results[1]);
}

TEST_CASE("a warning comes once in an interval, over the quota, and says what is held", "[store][quota]") {
    StoreConfig config;
    config.quota.warning_interval = hours(24);
    config.quota.warning_text = "{user} {percent} {messages} {used}/{limit} {what}\nend";
    StoreFixture fixture(config);
    const QuotaLimits ten{.bytes = 1'000'000, .messages = 10};
    for (int i = 0; i < 8; ++i) REQUIRE(deliver(fixture, alice, 1, ten));
    const auto inbox = fixture.inbox(alice);
    CHECK(messages_in(fixture, inbox) == 8);
    REQUIRE(deliver(fixture, alice, 1, ten));
    CHECK(messages_in(fixture, inbox) == 10);
    const auto body = fixture.store.open_body(fixture.message(inbox, Uid{10}).body).value();
    std::string text;
    REQUIRE_OK(body->read(0, body->size(), text));
    CHECK(text.find("Subject: Your mailbox is 90 % full\r\n") != std::string::npos);
    CHECK(text.find("\r\n\r\nalice@example.test 90 9 1 KiB/977 KiB {what}\r\nend\r\n") != std::string::npos);
    CHECK(fixture.store.summary(fixture.message(inbox, Uid{10}).body));
    CHECK(deliver(fixture, alice, 1, ten).error().code == errc::over_quota_now);
    CHECK(messages_in(fixture, inbox) == 10);
    fixture.clock.advance(hours(24));
    CHECK_FALSE(deliver(fixture, alice, 1, ten));
    CHECK(messages_in(fixture, inbox) == 11);
    CHECK(rebuilds(fixture));
}

TEST_CASE("quotas and notices survive compaction in any order", "[store][quota][rebuild]") {
    auto config = without_warning();
    config.quota.grace = hours(5);
    StoreFixture fixture(config);
    const auto compact_all = [&fixture] {
        fixture.partition->next_segment();
        for (std::size_t number = 0; number + 1 < fixture.partition->segments(); ++number) {
            fixture.partition->compact(number);
        }
        CHECK(rebuilds(fixture));
    };
    const QuotaLimits one{.bytes = {}, .messages = 1};
    REQUIRE(deliver(fixture, alice, 10, one));
    REQUIRE_OK(set_quota(fixture, "domain/example.test", {.bytes = 1000, .messages = {}}));
    compact_all();
    CHECK_FALSE(deliver(fixture, alice, 10, one));
    compact_all();
    REQUIRE_OK(set_quota(fixture, "domain/example.test", {}));
    (void)wait(fixture.store.expunge(fixture.inbox(alice), UidSet::of(Uid{1})));
    REQUIRE(deliver(fixture, alice, 10, one));
    fixture.partition->next_segment();
    fixture.partition->compact(fixture.partition->segments() - 2);  // the newest first: older records stay
    CHECK(rebuilds(fixture));
    compact_all();
    CHECK(root_of(fixture, "domain/example.test").usage == Usage{10, 1});
}

TEST_CASE("bytes of deleted messages are counted", "[store][quota]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox(alice);
    fixture.append(inbox, "12345", "\\Deleted");
    fixture.append(inbox, "123");
    CHECK(fixture.store.status(inbox)->deleted_bytes == 5);
    (void)wait(
        fixture.store.store_flags({inbox, UidSet::of(Uid{2}), FlagAction::add, parse_flag_list("\\Deleted"), {}}));
    CHECK(fixture.store.status(inbox)->deleted_bytes == 8);
    (void)wait(fixture.store.expunge(inbox, UidSet::of(Uid{1})));
    CHECK(fixture.store.status(inbox)->deleted_bytes == 3);
}
