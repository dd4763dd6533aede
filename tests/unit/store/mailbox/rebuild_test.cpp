#include "store/mailbox/records.h"
#include "store/mailbox/user_store.h"
#include "tests/support/catch.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using namespace helio::store;
using test::StoreFixture;
using test::wait;

namespace {

/// A workload of every kind of change, decided by a seed.
class Workload {
public:
    Workload(StoreFixture& fixture, std::uint32_t seed) : fixture_(fixture), seed_(seed) {}

    void step() {
        const auto user = fixture_.user(users_[random(users_.size())]);
        std::vector<Mailbox> boxes;
        (void)fixture_.store.read(user, [&](const UserView& view) { boxes = view.mailboxes(); });
        const auto box = boxes[random(boxes.size())];
        const auto other = boxes[random(boxes.size())];
        const Uid uid{static_cast<std::uint32_t>(1 + random(12))};
        const auto some = UidSet::of(uid, Uid{uid.value + static_cast<std::uint32_t>(random(5))});
        const auto name = "f" + std::to_string(random(4)) + (random(2) == 0 ? "/g" : "");
        switch (random(20)) {
            case 0:
                (void)wait(fixture_.store.create_mailbox(user, name));
                break;
            case 1:
                (void)wait(fixture_.store.delete_mailbox(user, box.name));
                break;
            case 2:
                (void)wait(fixture_.store.rename_mailbox(user, box.name, name));
                break;
            case 3:
                (void)wait(fixture_.store.subscribe(user, name, random(2) == 0));
                break;
            case 4:
                store_flags(box.id, some);
                break;
            case 5:
                (void)wait(fixture_.store.expunge(box.id, some));
                break;
            case 6:
                (void)wait(fixture_.store.copy(box.id, some, other.id, {}));
                break;
            case 7:
                (void)wait(fixture_.store.move(box.id, some, other.id, {}));
                break;
            case 8:
                deliver();
                break;
            case 9:
                update_emails(user, box.id, uid, other.id);
                break;
            case 10:
                upload(user, box.id);
                break;
            case 11:
                share(box.id);
                break;
            case 12:
                set_quota(box.name);
                break;
            case 13:
                read_as_guest(box.id, some);
                break;
            case 14:
                annotate(user, box.id);
                break;
            default:
                append(box.id);
                break;
        }
    }
    std::size_t random(std::size_t below) {
        seed_ = seed_ * 1664525 + 1013904223;
        return (seed_ >> 12) % below;
    }

private:
    void store_flags(MailboxId box, const UidSet& uids) {
        const std::string word = "\\Deleted k" + std::to_string(random(3));
        const auto action = static_cast<FlagAction>(random(3));
        (void)wait(fixture_.store.store_flags({box, uids, action, parse_flag_list(word), {}}));
    }
    void update_emails(UserId user, MailboxId box, Uid uid, MailboxId other) {
        EmailUpdate wish;
        (void)fixture_.store.read(box, [&](const MailboxView& view) {
            if (const auto message = view.find(uid)) wish.email = message->email;
        });
        wish.add_flags = parse_flag_list("\\Seen k" + std::to_string(random(3)));
        if (random(2) == 0) wish.add_mailboxes = {other};
        if (random(2) == 0) wish.remove_mailboxes = {box};
        wish.destroy = random(5) == 0;
        (void)wait(fixture_.store.update_emails({user, {}, {std::move(wish)}, {}}));
    }
    void upload(UserId user, MailboxId box) {
        const auto made = wait(fixture_.store.upload(user, test::body_of("Subject: u\r\n\r\n")));
        if (!made || random(3) == 0) return;
        (void)wait(fixture_.store.import_email({user, user, made->body, {box}, {}, {}, {}}));
        if (random(4) != 0) return;
        fixture_.clock.advance(std::chrono::hours(30));
        (void)wait(fixture_.store.expire_uploads());
    }
    void share(MailboxId box) {
        const std::vector<std::string> identifiers = {"anyone", "a@x.test", "b@x.test", "-b@x.test"};
        const auto rights = Rights::of(static_cast<unsigned>(random(all_rights.bits)));
        (void)wait(fixture_.store.set_acl(box, identifiers[random(4)], static_cast<AclAction>(random(4)), rights));
    }
    void append(MailboxId box) {  // a quota may refuse it
        std::vector<NewMessage> messages;
        messages.push_back(
            {test::body_of(std::to_string(seed_)), parse_flag_list(random(3) == 0 ? "\\Seen k" : ""), std::nullopt});
        (void)wait(fixture_.store.append(box, std::move(messages), {}));
    }
    void set_quota(const std::string& box) {
        const auto& user = users_[random(users_.size())];
        const QuotaRootName names[] = {
            {QuotaScope::user, user, {}}, {QuotaScope::domain, "x.test", {}}, {QuotaScope::folder, user, box}};
        QuotaLimits limits;
        if (random(3) != 0) limits.messages = 20 + random(20);
        (void)wait(fixture_.store.set_quota(names[random(3)], limits));
    }
    /// Somebody who is no owner, with all rights.
    void read_as_guest(MailboxId box, const UidSet& uids) {
        const auto name = "guest" + std::to_string(random(2)) + "@x.test";
        UserStore guest(fixture_.store, fixture_.user(name), name);
        (void)wait(fixture_.store.set_acl(box, name, AclAction::replace, all_rights));
        const auto action = static_cast<FlagAction>(random(3));
        (void)wait(guest.store_flags({box, uids, action, parse_flag_list(random(3) == 0 ? "k0" : "\\Seen"), {}}));
        if (random(3) == 0) (void)wait(guest.copy(box, uids, box, {}));
    }
    void annotate(UserId user, MailboxId box) {
        const auto value = random(3) == 0 ? std::optional<std::string>() : std::to_string(seed_);
        const std::string name = random(2) == 0 ? "/private/comment" : "/shared/comment";
        const Actor actor{user, users_[random(users_.size())]};
        (void)wait(fixture_.store.set_annotations(box, {{name, value}}, actor));
        (void)wait(fixture_.store.set_annotations({}, {{"/private/x", value}}, actor));
    }
    void deliver() {
        Delivery delivery{test::body_of(std::to_string(seed_)), std::nullopt, {}};
        for (const auto& user : users_) {
            delivery.recipients.push_back({user, "", {}, "d" + std::to_string(random(20)), {}, false});
        }
        (void)wait(fixture_.store.deliver(std::move(delivery)));
    }

    StoreFixture& fixture_;
    std::uint32_t seed_;
    std::vector<std::string> users_ = {"a@x.test", "b@x.test"};
};

/// The rows of UIDs name the messages that have a row, in every mailbox.
void check_uids(StoreFixture& fixture) {
    for (const auto* name : {"a@x.test", "b@x.test"}) {
        std::vector<MailboxId> boxes;
        const auto user = fixture.user(name);
        (void)fixture.store.read(user, [&](const UserView& view) {
            for (const auto& mailbox : view.mailboxes()) boxes.push_back(mailbox.id);
        });
        for (const auto box : boxes) {
            (void)fixture.store.read(box, [](const MailboxView& view) {
                UidSet there;
                view.each(Uid{1}, Uid{UINT32_MAX}, [&](const Message& message) {
                    there.add(message.uid);
                    return true;
                });
                CHECK(view.uids() == there);
            });
        }
    }
}

StoreConfig small_limits() {
    StoreConfig config;
    config.limits.vanished_rows = 6;
    config.limits.deliveries = 5;
    config.limits.batch_messages = 4;
    return config;
}

/// Of a mailbox, without the first step of its purge.
class DeleteOnly final : public storage::Change {
public:
    DeleteOnly(MailboxId mailbox, ModSeq modseq) : record_{mailbox, modseq} {}
    Result<> decide(storage::Decision& decision) override {
        decision.add(static_cast<storage::RecordType>(records::MailboxDeleted::type), record_.encode());
        return {};
    }
    std::size_t weight_bytes() const override { return 100; }

private:
    records::MailboxDeleted record_;
};

}  // namespace

TEST_CASE("a rebuild gives the same index after any compaction", "[store][rebuild]") {
    for (std::uint32_t seed = 1; seed <= 25; ++seed) {
        CAPTURE(seed);
        StoreFixture fixture(small_limits());
        Workload workload(fixture, seed);
        for (int round = 0; round < 30; ++round) {
            for (int i = 0; i < 8; ++i) workload.step();
            check_uids(fixture);
            fixture.partition->next_segment();
            if (round % 3 == 2) fixture.partition->compact(workload.random(fixture.partition->segments() - 1));
            if (round % 5 == 4) REQUIRE(fixture.partition->rebuilt().difference(fixture.partition->index()) == "");
        }
        REQUIRE(fixture.partition->rebuilt().difference(fixture.partition->index()) == "");
    }
}

TEST_CASE("UIDNEXT and HIGHESTMODSEQ survive the last message, compaction and rebuild", "[store][rebuild]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    for (int i = 0; i < 3; ++i) fixture.append(inbox, "x");
    (void)wait(fixture.store.expunge(inbox, UidSet::of(Uid{1}, Uid{3})));
    const auto before = fixture.store.status(inbox).value();
    for (int round = 0; round < 4; ++round) {
        fixture.partition->next_segment();
        for (std::size_t number = 0; number + 1 < fixture.partition->segments(); ++number) {
            fixture.partition->compact(number);
        }
    }
    CHECK(fixture.store.status(inbox).value() == before);
    CHECK(before.uid_next == Uid{4});
    CHECK(fixture.partition->rebuilt().difference(fixture.partition->index()) == "");
}

TEST_CASE("compaction of an unchanging store does not make its log grow", "[store][rebuild]") {
    StoreFixture fixture(small_limits());
    Workload workload(fixture, 7);
    for (int i = 0; i < 300; ++i) workload.step();
    std::size_t records = 0;
    for (int round = 0; round < 6; ++round) {
        fixture.partition->next_segment();
        for (std::size_t number = 0; number + 1 < fixture.partition->segments(); ++number) {
            fixture.partition->compact(number);
        }
        if (round > 1) CHECK(fixture.partition->records() <= records);
        records = fixture.partition->records();
    }
    CHECK(fixture.partition->rebuilt().difference(fixture.partition->index()) == "");
}

TEST_CASE("a rebuild knows a mailbox that is still to be purged, whatever compaction moved behind its deletion",
          "[store][rebuild]") {
    StoreFixture fixture;
    const auto user = fixture.user();
    const auto made = wait(fixture.store.create_mailbox(user, "work"));
    REQUIRE(made);
    for (int i = 0; i < 3; ++i) fixture.append(made->id, "x");
    fixture.partition->next_segment();
    // As after a crash between the deletion and the purge.
    ModSeq now;
    (void)fixture.store.read(user, [&now](const UserView& view) { now = view.modseq(); });
    DeleteOnly deletion(made->id, ModSeq{now.value + 1});
    REQUIRE(wait(fixture.partition->submit(deletion)));
    fixture.partition->next_segment();
    const bool floors = GENERATE(false, true);
    if (floors) fixture.partition->compact(1);
    fixture.partition->compact(0);
    CHECK(fixture.partition->rebuilt().difference(fixture.partition->index()) == "");
    REQUIRE(wait(fixture.store.finish_deletions()));
    CHECK(fixture.partition->rebuilt().difference(fixture.partition->index()) == "");
    (void)fixture.store.read(user, [](const UserView& view) { CHECK(view.usage() == Usage{}); });
}

TEST_CASE("every record applied twice in a row gives the same index", "[store][rebuild]") {
    StoreFixture fixture(small_limits());
    Workload workload(fixture, 3);
    for (int i = 0; i < 200; ++i) workload.step();
    CHECK(fixture.partition->rebuilt(2).difference(fixture.partition->index()) == "");
}
