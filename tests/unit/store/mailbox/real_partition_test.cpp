#include "common/net/worker.h"
#include "store/mailbox/mail_store.h"
#include "store/mailbox/mailbox_model.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

using namespace helio;
using namespace helio::store;

namespace {

constexpr std::uint32_t rounds = 120;

/// Deliveries, flags, moves, expunges and deletions, so that most of the log is dead at the end.
Task<> work(MailStore& mail) {
    const auto user = co_await mail.open_user("alice@example.test");
    REQUIRE_OK(user);
    const auto inbox = MailboxId::of(*user, 0);
    const auto trash = mail.find_mailbox(*user, "Trash")->id;
    for (std::uint32_t round = 1; round <= rounds; ++round) {
        Delivery delivery{storage::body_in_memory("Subject: x\r\n\r\n" + std::string(20'000, 'a')), std::nullopt, {}};
        delivery.recipients.push_back(
            {"alice@example.test", "", parse_flag_list("k"), "d" + std::to_string(round), {}, false});
        delivery.recipients.push_back({"bob@example.test", "lists/a", {}, "", {}, false});
        const auto delivered = co_await mail.deliver(std::move(delivery));
        REQUIRE_OK(delivered);
        const auto flagged = co_await mail.store_flags(
            {inbox, UidSet::of(Uid{round}), FlagAction::add, parse_flag_list("\\Seen"), std::nullopt});
        REQUIRE_OK(flagged);
        if (round % 3 != 0) {
            const auto moved = co_await mail.move(inbox, UidSet::of(Uid{round}), trash, {});
            REQUIRE_OK(moved);
            const auto gone = co_await mail.expunge(trash, UidSet::of(Uid{1}, Uid{UINT32_MAX}));
            REQUIRE_OK(gone);
        }
    }
    const auto bob = mail.find_user("bob@example.test");
    const auto deleted = co_await mail.delete_mailbox(bob.value(), "lists/a");
    REQUIRE_OK(deleted);
}

}  // namespace

TEST_CASE("on the real engine: compaction, verify, restart and rebuild keep the same index", "[store][rebuild]") {
    const test::TempFolder folder;
    const logging::Logger log({.level = logging::Level::error, .format = logging::Format::logfmt, .file = {}}, "test");
    StoreConfig config;
    config.storage.folder = folder / "store";
    config.storage.segment_bytes = 1u << 20;
    config.storage.index_map_bytes = 64u << 20;
    config.storage.body_bytes = 256u << 10;
    config.storage.reserve_bytes = 0;
    MailboxStatus before;
    net::Worker worker;
    {
        base::Registry metrics;
        MailStore mail(config, log, metrics);
        worker.run_until_done(work(mail));
        CHECK(mail.partition().verify().problems == std::vector<std::string>{});
        for (int pass = 0; pass < 5; ++pass) REQUIRE_OK(mail.partition().compact_now());
        CHECK(mail.partition().verify().problems == std::vector<std::string>{});
        before = mail.status(MailboxId::of(mail.find_user("alice@example.test").value(), 0)).value();
        CHECK(before.messages == rounds / 3);
        CHECK(before.uid_next == Uid{rounds + 1});
        mail.close();
    }
    MailboxModel model;
    CHECK(storage::rebuild(config.storage, model, log).problems == std::vector<std::string>{});
    base::Registry metrics;
    MailStore mail(config, log, metrics);
    CHECK(mail.status(MailboxId::of(mail.find_user("alice@example.test").value(), 0)).value() == before);
    CHECK(mail.partition().verify().problems == std::vector<std::string>{});
    mail.close();
}
