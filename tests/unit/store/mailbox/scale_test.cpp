// The store at size: many mailboxes of one user, many messages in one mailbox; on the real engine. With HELIO_LONG=1 at
// the sizes that the README names, with the times printed; otherwise smaller and without a word.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "common/net/worker.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/records.h"
#include "store/mailbox/user_store.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

using namespace helio;
using namespace helio::store;

namespace {

constexpr auto alice = "alice@x.test";
constexpr std::uint32_t at_once = 500;

bool is_long() { return std::getenv("HELIO_LONG") != nullptr; }

/// Prints what `work` took when the sizes are those of the README.
template <class Work>
void timed(const char* what, const Work& work) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
    if (is_long()) std::printf("scale: %-48s %10.1f ms\n", what, took.count());
}

/// "top/0/17": mailboxes below "top", a hundred in each.
class MakeMailboxes final : public storage::Change {
public:
    MakeMailboxes(UserId user, std::uint32_t first) : user_(user), first_(first) {}
    Result<> decide(storage::Decision& decision) override {
        for (std::uint32_t i = first_; i < first_ + at_once; ++i) {
            const auto name = i % 100 == 0 ? "top/" + std::to_string(i / 100)
                                           : "top/" + std::to_string(i / 100) + "/" + std::to_string(i % 100);
            const auto row = read_user(decision.index(), user_).value();
            Mailbox mailbox;
            mailbox.id = MailboxId::of(user_, row.next_ordinal);
            mailbox.name = name;
            mailbox.uid_validity = UidValidity{row.last_uid_validity.value + 1};
            const records::MailboxSet record{std::move(mailbox), ModSeq{row.modseq.value + 1}};
            decision.add(static_cast<storage::RecordType>(records::MailboxSet::type), record.encode());
        }
        return {};
    }
    std::size_t weight_bytes() const override { return at_once * 64; }

private:
    UserId user_;
    std::uint32_t first_;
};

/// Copies of one message, `at_once` in one change.
class MakeMessages final : public storage::Change {
public:
    MakeMessages(MailboxId mailbox, Message example) : mailbox_(mailbox), example_(example) {}
    Result<> decide(storage::Decision& decision) override {
        const auto row = read_mailbox(decision.index(), mailbox_).value();
        records::Messages record{mailbox_, {}};
        for (std::uint32_t i = 0; i < at_once; ++i) {
            example_.uid = Uid{row.uid_next.value + i};
            example_.modseq = ModSeq{row.highest_modseq.value + 1};
            record.messages.push_back(example_);
        }
        decision.add(static_cast<storage::RecordType>(records::Messages::type), record.encode());
        return {};
    }
    std::size_t weight_bytes() const override { return at_once * 40; }

private:
    MailboxId mailbox_;
    Message example_;
};

struct Scale {
    Scale() : log({.level = logging::Level::error, .format = logging::Format::logfmt, .file = {}}, "test") {
        StoreConfig config;
        config.storage.folder = folder / "store";
        config.storage.segment_bytes = 32u << 20;
        config.storage.index_map_bytes = 4ull << 30;
        config.storage.reserve_bytes = 0;
        config.storage.compaction_thread = false;
        mail.emplace(config, log, metrics);
    }
    ~Scale() { mail->close(); }
    template <class T>
    T wait(Task<T> task) {
        struct Runner {
            static Task<> run(Task<T> inner, std::optional<T>& into) { into.emplace(co_await std::move(inner)); }
        };
        std::optional<T> value;
        worker.run_until_done(Runner::run(std::move(task), value));
        return std::move(value).value();
    }
    void submit(storage::Change& change) { REQUIRE_OK(wait(mail->partition().submit(change))); }
    void deliver(int count) {
        for (int i = 0; i < count; ++i) {
            Delivery delivery{
                storage::body_in_memory("Subject: x\r\n\r\n" + std::string(2'000, 'a')), std::nullopt, {}};
            delivery.recipients.push_back({alice, "", {}, "", {}, false});
            REQUIRE_OK(wait(mail->deliver(std::move(delivery))));
        }
    }

    const test::TempFolder folder;
    const logging::Logger log;
    base::Registry metrics;
    net::Worker worker;
    std::optional<MailStore> mail;
};

}  // namespace

TEST_CASE("many mailboxes of one user: LIST, a tree renamed in one change", "[store][scale]") {
    const std::uint32_t mailboxes = is_long() ? 50'000 : 2'000;
    Scale scale;
    const auto user = scale.wait(scale.mail->open_user(alice)).value();
    REQUIRE_OK(scale.wait(scale.mail->create_mailbox(user, "top")));
    timed("making 50,000 mailboxes, 500 in a change", [&] {
        for (std::uint32_t first = 0; first < mailboxes; first += at_once) {
            MakeMailboxes change(user, first);
            scale.submit(change);
        }
    });
    UserStore store(*scale.mail, user, alice);
    std::vector<ListEntry> entries;
    timed("the list of 50,000 mailboxes", [&] { entries = store.list().value(); });
    CHECK(entries.size() == mailboxes + 7);
    CHECK(entries.front().name == "INBOX");
    timed("STATUS of each", [&] {
        for (const auto& entry : entries) REQUIRE_OK(store.status(entry.mailbox->id));
    });
    const auto leaf = store.find_mailbox("top/7/8").value().id;
    timed("making one more", [&] { REQUIRE_OK(scale.wait(store.create_mailbox("one"))); });
    timed("renaming the tree of 50,000", [&] { REQUIRE_OK(scale.wait(store.rename_mailbox("top", "new/place"))); });
    CHECK(store.find_mailbox("new/place/7/8")->id == leaf);
    CHECK_FALSE(store.find_mailbox("top/7/8"));
    CHECK(store.list()->size() == mailboxes + 9);
    CHECK(scale.mail->partition().verify().problems == std::vector<std::string>{});
}

TEST_CASE("a mailbox with a million messages takes deliveries as fast as an empty one", "[store][scale]") {
    const std::uint32_t messages = is_long() ? 1'000'000 : 5'000;
    Scale scale;
    const auto user = scale.wait(scale.mail->open_user(alice)).value();
    const auto inbox = MailboxId::of(user, 0);
    timed("200 deliveries, one after the other, empty", [&] { scale.deliver(200); });
    std::optional<Message> example;
    REQUIRE_OK(scale.mail->read(inbox, [&](const MailboxView& view) { example = view.find(Uid{1}); }));
    timed("making 1,000,000 messages, 500 in a change", [&] {
        for (std::uint32_t made = 0; made < messages; made += at_once) {
            MakeMessages change(inbox, *example);
            scale.submit(change);
        }
    });
    timed("200 deliveries, one after the other, 1,000,000", [&] { scale.deliver(200); });
    CHECK(scale.mail->status(inbox)->messages == messages + 400);
    UserStore store(*scale.mail, user, alice);
    timed("the UIDs of 1,000,000, first time", [&] { CHECK(store.uids(inbox).value()->size() == messages + 400); });
    timed("the UIDs again", [&] { CHECK(store.uids(inbox).value()->size() == messages + 400); });
    timed("STATUS", [&] { REQUIRE_OK(store.status(inbox)); });
    timed("\\Flagged on one message", [&] {
        REQUIRE_OK(scale.wait(store.store_flags(
            {inbox, UidSet::of(Uid{messages / 2}), FlagAction::add, parse_flag_list("\\Flagged"), std::nullopt})));
    });
}
