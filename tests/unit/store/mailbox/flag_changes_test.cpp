#include "store/mailbox/flag_changes.h"

#include "tests/support/catch.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using namespace helio::store;
using test::StoreFixture;
using test::wait;

namespace {

MailboxStatus status(StoreFixture& fixture, MailboxId id) { return fixture.store.status(id).value(); }

}  // namespace

TEST_CASE("flags are added, removed and replaced, and MODSEQ tells", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    for (int i = 0; i < 4; ++i) fixture.append(inbox, "x");
    const auto before = status(fixture, inbox).highest_modseq;
    const auto added = wait(fixture.store.store_flags(
                                {inbox, UidSet::of(Uid{1}, Uid{2}), FlagAction::add, parse_flag_list("\\Seen k"), {}}))
                           .value();
    CHECK(added.changed.to_string() == "1:2");
    CHECK(added.modseq > before);
    CHECK(status(fixture, inbox).unseen == 2);
    const auto again = wait(fixture.store.store_flags(
                                {inbox, UidSet::of(Uid{1}, Uid{9}), FlagAction::add, parse_flag_list("\\Seen"), {}}))
                           .value();
    CHECK(again.changed.to_string() == "3:4");
    CHECK(status(fixture, inbox).unseen == 0);
    const auto refused = wait(fixture.store.store_flags({inbox, UidSet::of(Uid{1}, Uid{4}), FlagAction::remove,
                                                         parse_flag_list("\\Seen none"), added.modseq}))
                             .value();
    CHECK(refused.changed.to_string() == "1:2");
    CHECK(refused.modified.to_string() == "3:4");
    const auto replaced = wait(fixture.store.store_flags(
                                   {inbox, UidSet::of(Uid{1}), FlagAction::replace, parse_flag_list("\\Draft"), {}}))
                              .value();
    CHECK(replaced.changed.to_string() == "1");
    CHECK(fixture.message(inbox, Uid{1}).flags == Flags{}.with(Flag::draft));
    CHECK(fixture.message(inbox, Uid{1}).keywords.none());
    std::optional<Keywords> table;
    (void)fixture.store.read(inbox, [&](const MailboxView& view) { table = view.keywords(); });
    CHECK(table->names == std::vector<std::string>{"k"});
}

TEST_CASE("a mailbox takes 256 keywords and refuses the next", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    fixture.append(inbox, "x");
    FlagList many;
    for (std::size_t i = 0; i < most_keywords; ++i) many.keywords.push_back("k" + std::to_string(i));
    REQUIRE_OK(wait(fixture.store.store_flags({inbox, UidSet::of(Uid{1}), FlagAction::add, many, {}})));
    CHECK(fixture.message(inbox, Uid{1}).keywords.all());
    const auto one_more = wait(
        fixture.store.store_flags({inbox, UidSet::of(Uid{1}), FlagAction::add, parse_flag_list("\\Seen more"), {}}));
    CHECK(one_more.error().code == errc::too_many_keywords);
    CHECK_FALSE(fixture.message(inbox, Uid{1}).flags.has(Flag::seen));
    CHECK(wait(fixture.store.store_flags({inbox, UidSet::of(Uid{1}), FlagAction::remove, parse_flag_list("K7"), {}}))
              ->changed.size() == 1);

    // Messages are worth more than their keywords.
    fixture.append(inbox, "y", "\\Flagged k3 more");
    CHECK(fixture.message(inbox, Uid{2}).keywords.count() == 1);
    CHECK(fixture.message(inbox, Uid{2}).flags.has(Flag::flagged));
    const auto other = wait(fixture.store.create_mailbox(fixture.user(), "Other")).value().id;
    fixture.append(other, "z", "\\Flagged k4 more");
    const auto copied = wait(fixture.store.copy(other, UidSet::of(Uid{1}), inbox, {}));
    REQUIRE_OK(copied);
    const auto copy = fixture.message(inbox, *copied->destination.front());
    CHECK(copy.keywords.count() == 1);
    CHECK(copy.flags.has(Flag::flagged));
}

TEST_CASE("a change of flags tells which messages others had changed since", "[store]") {
    StoreFixture fixture;
    const auto inbox = fixture.inbox();
    for (int i = 0; i < 3; ++i) fixture.append(inbox, "x");
    const auto known = status(fixture, inbox).highest_modseq;
    const auto add = [&](UidSet uids, const char* flag, std::optional<ModSeq> known_to) {
        return wait(fixture.store.store_flags(
                        {inbox, std::move(uids), FlagAction::add, parse_flag_list(flag), std::nullopt, known_to}))
            .value();
    };
    const auto others = add(UidSet::of(Uid{2}), "\\Flagged", std::nullopt);
    CHECK(others.newer.empty());
    const auto stored = add(UidSet::of(Uid{1}, Uid{3}), "\\Seen", known);
    REQUIRE(stored.newer.size() == 1);
    CHECK(stored.newer.front().uid == Uid{2});
    CHECK(stored.newer.front().modseq == others.modseq);
    REQUIRE(stored.steps.size() == 1);
    CHECK(stored.steps.front().changed == stored.changed);
    CHECK(stored.steps.front().modseq == stored.modseq);
    CHECK(add(UidSet::of(Uid{1}, Uid{3}), "\\Answered", stored.modseq).newer.empty());
}
