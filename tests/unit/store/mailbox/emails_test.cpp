#include <algorithm>

#include "store/mailbox/account_changes.h"
#include "store/mailbox/errc.h"
#include "tests/support/catch.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using namespace helio::store;
using test::StoreFixture;
using test::wait;

namespace {

/// An account with two more mailboxes.
struct Account {
    explicit Account(StoreConfig config = {}) : fixture(std::move(config)) {}

    ModSeq state() const {
        ModSeq found;
        (void)fixture.store.read(user, [&](const UserView& view) { found = view.modseq(); });
        return found;
    }
    EmailId append(MailboxId mailbox, const std::string& header, const std::string& flags = "") {
        const auto uid = fixture.append(mailbox, header + "\r\n\r\nbody\r\n", flags);
        return fixture.message(mailbox, uid).email;
    }
    std::vector<EmailCopy> copies(EmailId email) const {
        std::vector<EmailCopy> found;
        (void)fixture.store.read(user, [&](const UserView& view) { found = view.copies(email); });
        return found;
    }
    std::vector<MailboxId> places(EmailId email) const {
        std::vector<MailboxId> found;
        for (const auto& copy : copies(email)) found.push_back(copy.mailbox);
        return found;
    }
    Result<> update(EmailUpdate wish) {
        auto done = wait(fixture.store.update_emails({user, {}, {std::move(wish)}, {}}));
        REQUIRE(done);
        return done->results.front();
    }
    AccountChanges changes(ModSeq since, AccountChanges::Of of) {
        auto begun = AccountChanges::begin(AccountAccess(fixture.store, user), since, of);
        REQUIRE(begun);
        while (begun->step(1)) {
        }
        return *std::move(begun);
    }
    ChangedIds<EmailId> emails(ModSeq since) {
        ModSeq reached;
        bool more = true;
        auto ids = changes(since, AccountChanges::Of::emails).emails(100, reached, more);
        REQUIRE(ids);
        CHECK_FALSE(more);
        CHECK(reached == state());
        return *ids;
    }

    StoreFixture fixture;
    UserId user = fixture.user();
    MailboxId inbox = MailboxId::of(user, 0);
    MailboxId work = wait(fixture.store.create_mailbox(user, "work"))->id;
    MailboxId home = wait(fixture.store.create_mailbox(user, "home"))->id;
};

using Emails = std::vector<EmailId>;

}  // namespace

TEST_CASE("an email is in several mailboxes and its flags agree in all of them", "[store][emails]") {
    Account account;
    const auto email = account.append(account.inbox, "Subject: a", "k1");
    CHECK(account.update({.email = email,
                          .flags = {},
                          .add_flags = {},
                          .remove_flags = {},
                          .mailboxes = {},
                          .add_mailboxes = {account.work},
                          .remove_mailboxes = {},
                          .destroy = false}));
    CHECK(account.places(email) == std::vector{account.inbox, account.work});
    EmailUpdate flags;
    flags.email = email;
    flags.add_flags = parse_flag_list("\\Seen k2");
    flags.remove_flags = parse_flag_list("k1 k3");
    CHECK(account.update(flags));
    for (const auto& copy : account.copies(email)) {
        CHECK(copy.message.flags.has(Flag::seen));
        std::vector<std::string> names;
        (void)account.fixture.store.read(copy.mailbox, [&](const MailboxView& view) {
            const auto keywords = view.keywords();
            for (const auto name : keywords.names_of(copy.message.keywords)) names.emplace_back(name);
        });
        CHECK(names == std::vector<std::string>{"k2"});
    }
    EmailUpdate move;
    move.email = email;
    move.mailboxes = std::vector{account.home};
    CHECK(account.update(move));
    CHECK(account.places(email) == std::vector{account.home});
    EmailUpdate destroy;
    destroy.email = email;
    destroy.destroy = true;
    CHECK(account.update(destroy));
    CHECK(account.places(email).empty());
    CHECK(account.update(destroy).error().code == errc::no_such_message);
}

TEST_CASE("an update that is refused changes nothing and the others happen", "[store][emails]") {
    Account account;
    const auto first = account.append(account.inbox, "Subject: a");
    const auto second = account.append(account.inbox, "Subject: b");
    EmailUpdate nowhere;
    nowhere.email = first;
    nowhere.add_flags = parse_flag_list("\\Seen");
    nowhere.remove_mailboxes = {account.inbox};
    EmailUpdate unknown;
    unknown.email = first;
    unknown.add_flags = parse_flag_list("\\Seen");
    unknown.add_mailboxes = {MailboxId::of(account.user, 99)};
    EmailUpdate foreign = unknown;
    foreign.add_mailboxes = {account.fixture.inbox("bob@example.test")};
    EmailUpdate good;
    good.email = second;
    good.add_flags = parse_flag_list("\\Seen");
    const auto before = account.state();
    auto done =
        wait(account.fixture.store.update_emails({account.user, before, {nowhere, unknown, foreign, good}, {}}));
    REQUIRE(done);
    CHECK(done->results[0].error().code == errc::not_allowed);
    CHECK(done->results[1].error().code == errc::no_such_mailbox);
    CHECK(done->results[2].error().code == errc::no_such_mailbox);
    CHECK(done->results[3]);
    CHECK(done->before == before);
    CHECK(done->after == account.state());
    CHECK_FALSE(account.copies(first).front().message.flags.has(Flag::seen));
    CHECK(account.copies(second).front().message.flags.has(Flag::seen));
    const auto late = wait(account.fixture.store.update_emails({account.user, before, {good}, {}}));
    CHECK(late.error().code == errc::state_changed);
}

TEST_CASE("a copy more is asked of the quota, a move is not", "[store][emails]") {
    Account account;
    const auto email = account.append(account.inbox, "Subject: a");
    EmailUpdate copy;
    copy.email = email;
    copy.add_mailboxes = {account.work};
    const QuotaLimits one{std::nullopt, 1};
    auto done = wait(account.fixture.store.update_emails({account.user, {}, {copy}, one}));
    CHECK(done->results.front().error().code == errc::over_quota);
    EmailUpdate move = copy;
    move.remove_mailboxes = {account.inbox};
    done = wait(account.fixture.store.update_emails({account.user, {}, {move}, one}));
    CHECK(done->results.front());
    CHECK(account.places(email) == std::vector{account.work});
}

TEST_CASE("changes since a state name what came, changed and went", "[store][emails]") {
    Account account;
    const auto stays = account.append(account.inbox, "Subject: stays");
    const auto goes = account.append(account.inbox, "Subject: goes");
    const auto moves = account.append(account.inbox, "Subject: moves");
    const auto since = account.state();
    CHECK(account.emails(since).created.empty());
    const auto comes = account.append(account.work, "Subject: comes");
    EmailUpdate wish;
    wish.email = goes;
    wish.destroy = true;
    CHECK(account.update(wish));
    wish = {};
    wish.email = moves;
    wish.mailboxes = std::vector{account.home};
    CHECK(account.update(wish));
    wish = {};
    wish.email = comes;
    wish.add_flags = parse_flag_list("\\Flagged");
    CHECK(account.update(wish));
    const auto ids = account.emails(since);
    CHECK(ids.created == Emails{comes});
    CHECK(ids.updated == Emails{moves});
    CHECK(ids.destroyed == Emails{goes});
    CHECK(account.emails(ModSeq{0}).created.size() == 3);
    (void)stays;

    bool counts_only = false;
    const auto boxes = account.changes(since, AccountChanges::Of::mailboxes).mailboxes(100, counts_only);
    CHECK(boxes->updated == std::vector{account.inbox, account.home, account.work});
    CHECK(counts_only);
    CHECK(wait(account.fixture.store.rename_mailbox(account.user, "work", "office")));
    const auto renamed = account.changes(since, AccountChanges::Of::mailboxes).mailboxes(100, counts_only);
    CHECK(renamed->created.empty());
    CHECK_FALSE(counts_only);
}

TEST_CASE("changes come in portions that end between two changes", "[store][emails]") {
    Account account;
    const auto since = account.state();
    Emails all;
    for (int i = 0; i < 7; ++i) all.push_back(account.append(account.inbox, "Subject: " + std::to_string(i)));
    Emails seen;
    auto at = since;
    for (bool more = true; more;) {
        const auto ids = account.changes(at, AccountChanges::Of::emails).emails(3, at, more);
        REQUIRE(ids);
        CHECK(ids->created.size() <= 3);
        seen.insert(seen.end(), ids->created.begin(), ids->created.end());
    }
    CHECK(seen == all);
    CHECK(at == account.state());
    // One change of more emails than may be told at once has no state within it.
    UpdateEmails many{account.user, {}, {}, {}};
    const auto moved = wait(account.fixture.store.move(account.inbox, UidSet::of(Uid{1}, Uid{7}), account.work, {}));
    REQUIRE(moved);
    bool more = false;
    CHECK(account.changes(at, AccountChanges::Of::emails).emails(3, at, more).error().code == errc::state_unknown);
}

TEST_CASE("an email is told as created before it is told as changed", "[store][emails]") {
    Account account;
    const auto since = account.state();
    const auto first = account.append(account.inbox, "Subject: first");
    for (int i = 0; i < 4; ++i) (void)account.append(account.inbox, "Subject: " + std::to_string(i));
    EmailUpdate flag;
    flag.email = first;
    flag.add_flags = parse_flag_list("\\Flagged");
    REQUIRE(account.update(flag));
    std::vector<std::string> told;
    auto at = since;
    for (bool more = true; more;) {
        const auto ids = account.changes(at, AccountChanges::Of::emails).emails(2, at, more);
        REQUIRE(ids);
        if (std::ranges::find(ids->created, first) != ids->created.end()) told.push_back("created");
        if (std::ranges::find(ids->updated, first) != ids->updated.end()) told.push_back("updated");
    }
    CHECK(told == std::vector<std::string>{"created", "updated"});
    CHECK(at == account.state());
}

TEST_CASE("an email that moves while changes are looked for is not missed", "[store][emails]") {
    Account account;
    const auto since = account.state();
    for (int i = 0; i < 3; ++i) (void)account.append(account.inbox, "Subject: " + std::to_string(i));
    const auto moves = account.append(account.work, "Subject: moves");
    const auto of = GENERATE(AccountChanges::Of::emails, AccountChanges::Of::threads);
    auto begun = AccountChanges::begin(AccountAccess(account.fixture.store, account.user), since, of);
    REQUIRE(begun);
    REQUIRE(begun->step(3));
    // From a mailbox that comes later into the one that was read.
    const auto thread = account.copies(moves).front().message.thread;
    REQUIRE(wait(account.fixture.store.move(account.work, UidSet::of(Uid{1}), account.inbox, {})));
    while (begun->step(2)) {
    }
    if (of == AccountChanges::Of::threads) {
        const auto ids = begun->threads(100);
        REQUIRE(ids);
        CHECK(std::ranges::count(ids->created, thread) == 1);
        return;
    }
    ModSeq reached;
    bool more = false;
    const auto ids = begun->emails(100, reached, more);
    REQUIRE(ids);
    CHECK(std::ranges::count(ids->created, moves) == 1);
    CHECK(account.emails(reached).updated == Emails{moves});
}

TEST_CASE("a second copy from another account is not a new email", "[store][emails]") {
    Account account;
    const auto other = account.fixture.user("bob@example.test");
    MailboxId from;
    (void)account.fixture.store.read(other, [&](const UserView& view) { from = view.find("INBOX")->id; });
    (void)account.fixture.append(from, "Subject: shared\r\n\r\nbody\r\n");
    REQUIRE(wait(account.fixture.store.copy(from, UidSet::of(Uid{1}), account.inbox, {})));
    const auto email = account.fixture.message(account.inbox, Uid{1}).email;
    const auto since = account.state();
    REQUIRE(wait(account.fixture.store.copy(from, UidSet::of(Uid{1}), account.work, {})));
    const auto ids = account.emails(since);
    CHECK(ids.created.empty());
    CHECK(ids.updated == Emails{email});
}

TEST_CASE("a subscription is a change of its mailbox", "[store][emails]") {
    Account account;
    const auto since = account.state();
    REQUIRE_OK(wait(account.fixture.store.subscribe(account.user, "work", true)));
    bool counts_only = true;
    const auto ids = account.changes(since, AccountChanges::Of::mailboxes).mailboxes(10, counts_only);
    REQUIRE(ids);
    CHECK(ids->updated == std::vector{account.work});
    CHECK_FALSE(counts_only);
    REQUIRE_OK(wait(account.fixture.store.subscribe(account.user, "no such mailbox", true)));
    CHECK(account.fixture.partition->rebuilt().difference(account.fixture.partition->index()) == "");
}

TEST_CASE("an update for which one of the mailboxes has no room changes none", "[store][emails]") {
    Account account;
    const auto email = account.append(account.inbox, "Subject: a");
    EmailUpdate copy;
    copy.email = email;
    copy.add_mailboxes = {account.work};
    REQUIRE(account.update(copy));
    FlagList many;
    for (std::size_t i = 0; i < most_keywords; ++i) many.keywords.push_back("k" + std::to_string(i));
    (void)account.append(account.work, "Subject: b");
    REQUIRE(wait(account.fixture.store.store_flags({account.work, UidSet::of(Uid{2}), FlagAction::add, many, {}})));
    const auto before = account.state();
    EmailUpdate flag;
    flag.email = email;
    flag.add_flags = parse_flag_list("\\Seen new");
    CHECK(account.update(flag).error().code == errc::too_many_keywords);
    CHECK(account.state() == before);
    for (const auto& found : account.copies(email)) CHECK_FALSE(found.message.flags.has(Flag::seen));
}

TEST_CASE("a state before a deleted mailbox or of the future is unknown", "[store][emails]") {
    Account account;
    const auto since = account.state();
    CHECK(wait(account.fixture.store.delete_mailbox(account.user, "work")));
    const auto of = AccountChanges::Of::emails;
    auto& store = account.fixture.store;
    CHECK(AccountChanges::begin(AccountAccess(store, account.user), since, of).error().code == errc::state_unknown);
    CHECK(AccountChanges::begin(AccountAccess(store, account.user), account.state(), of));
    const ModSeq future{account.state().value + 1};
    CHECK(AccountChanges::begin(AccountAccess(store, account.user), future, of).error().code == errc::state_unknown);
}

TEST_CASE("a history that was cut short makes older states unknown", "[store][emails]") {
    StoreConfig config;
    config.limits.vanished_rows = 4;
    Account account(config);
    const auto since = account.state();
    for (int i = 0; i < 10; ++i) {
        EmailUpdate wish;
        wish.email = account.append(account.inbox, "Subject: x");
        wish.destroy = true;
        CHECK(account.update(wish));
    }
    const auto of = AccountChanges::Of::emails;
    CHECK(AccountChanges::begin(AccountAccess(account.fixture.store, account.user), since, of).error().code ==
          errc::state_unknown);
}

TEST_CASE("a thread is created with its first email, updated by others, gone with the last", "[store][emails]") {
    Account account;
    const auto threads = [&account](ModSeq since) {
        auto ids = account.changes(since, AccountChanges::Of::threads).threads(100);
        REQUIRE(ids);
        return *ids;
    };
    const auto thread_of = [&account](EmailId email) { return account.copies(email).front().message.thread; };
    const auto start = account.state();
    const auto first = account.append(account.inbox, "Message-ID: <1@x.test>");
    const auto thread = thread_of(first);
    CHECK(threads(start).created == std::vector{thread});
    const auto before_reply = account.state();
    const auto reply = account.append(account.work, "Message-ID: <2@x.test>\r\nIn-Reply-To: <1@x.test>");
    CHECK(thread_of(reply) == thread);
    CHECK(threads(before_reply).updated == std::vector{thread});
    const auto before_flags = account.state();
    EmailUpdate wish;
    wish.email = reply;
    wish.add_flags = parse_flag_list("\\Seen");
    CHECK(account.update(wish));
    CHECK(threads(before_flags).updated.empty());
    wish.destroy = true;
    CHECK(account.update(wish));
    CHECK(threads(before_flags).updated == std::vector{thread});
    wish.email = first;
    CHECK(account.update(wish));
    CHECK(threads(before_flags).destroyed == std::vector{thread});
}

TEST_CASE("an upload becomes an email once, and is gone when its time is over", "[store][emails]") {
    StoreConfig config;
    config.limits.uploads = 2;
    Account account(config);
    auto& store = account.fixture.store;
    const auto upload = wait(store.upload(account.user, test::body_of("Subject: draft\r\n\r\ntext\r\n")));
    REQUIRE(upload);
    ImportEmail wish{account.user, account.user, upload->body, {account.work, account.home, account.work}, {}, {}, {}};
    wish.flags = parse_flag_list("\\Draft k");
    const auto foreign = account.fixture.user("bob@example.test");
    auto theft = wish;
    theft.uploader = foreign;
    CHECK(wait(store.import_email(theft)).error().code == errc::no_such_message);
    auto nowhere = wish;
    nowhere.mailboxes.clear();
    CHECK(wait(store.import_email(nowhere)).error().code == errc::not_allowed);
    const auto email = wait(store.import_email(wish));
    REQUIRE(email);
    CHECK(account.places(email->email) == std::vector{account.work, account.home});
    CHECK(wait(store.import_email(wish)).error().code == errc::email_exists);
    CHECK(store.summary(email->body));

    CHECK(wait(store.upload(account.user, test::body_of("x"))));
    CHECK(wait(store.upload(account.user, test::body_of("y"))).error().code == errc::too_many);
    account.fixture.clock.advance(std::chrono::hours(25));
    CHECK(wait(store.expire_uploads()));
    std::optional<Upload> left = *upload;
    (void)store.read(account.user, [&](const UserView& view) { left = view.upload(upload->body); });
    CHECK_FALSE(left);
    // The email keeps its text.
    CHECK(store.open_body(email->body));
    CHECK(wait(store.upload(account.user, test::body_of("y"))));
}

TEST_CASE("an upload that became an email for the second time keeps its summary through compaction",
          "[store][emails]") {
    Account account;
    auto& store = account.fixture.store;
    auto& partition = *account.fixture.partition;
    const auto upload = wait(store.upload(account.user, test::body_of("Subject: draft\r\n\r\ntext\r\n")));
    REQUIRE(upload);
    const ImportEmail wish{account.user, account.user, upload->body, {account.work}, {}, {}, {}};
    const auto email = wait(store.import_email(wish));
    REQUIRE(email);
    EmailUpdate destroy;
    destroy.email = email->email;
    destroy.destroy = true;
    REQUIRE(account.update(destroy));
    CHECK_FALSE(store.summary(upload->body));
    partition.next_segment();
    REQUIRE(wait(store.import_email(wish)));
    partition.next_segment();
    for (std::size_t number = 0; number + 1 < partition.segments(); ++number) partition.compact(number);
    CHECK(store.summary(upload->body));
    CHECK(partition.rebuilt().difference(partition.index()) == "");
}

TEST_CASE("uploads of a user are bounded in bytes", "[store][emails]") {
    StoreConfig config;
    config.limits.upload_bytes = 100;
    Account account(config);
    auto& store = account.fixture.store;
    CHECK(wait(store.upload(account.user, test::body_of(std::string(60, 'x')))));
    CHECK(wait(store.upload(account.user, test::body_of(std::string(41, 'x')))).error().code == errc::over_quota);
    CHECK(wait(store.upload(account.user, test::body_of(std::string(40, 'x')))));
}
