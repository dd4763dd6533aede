#include "store/search/matcher.h"

#include "common/imap/fold.h"
#include "tests/support/catch.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using namespace helio::store;
using search::Answer;
using search::Condition;
using search::Range;
using Kind = Condition::Kind;

namespace {

Condition words(Kind kind, const std::string& text) { return {.kind = kind, .text = imap::fold(text)}; }

Condition ranged(Kind kind, Range range) { return {.kind = kind, .range = range}; }

Condition flagged(Flag flag) { return {.kind = Kind::flag, .flag = flag}; }

Condition keyword(const std::string& name) { return {.kind = Kind::keyword, .text = name}; }

Condition combined(Kind kind, std::vector<Condition> children) {
    return {.kind = kind, .children = std::move(children)};
}

/// One message in alice's INBOX.
struct Bench {
    explicit Bench(const std::string& text, const std::string& flags = "") {
        inbox = fixture.inbox();
        message = fixture.message(inbox, fixture.append(inbox, text, flags));
    }

    Answer ask(Condition condition) { return ask(search::Matcher(std::move(condition))); }
    Answer ask(const search::Matcher& matcher) {
        search::MessageText text(fixture.store, message);
        return matcher.ask({message, text}).value();
    }
    bool matches(Condition condition) { return ask(std::move(condition)) == Answer::yes; }
    /// Within a snapshot, knowing of one copy alone.
    Answer at_hand(Condition condition) {
        auto answer = Answer::no;
        const search::Matcher matcher(std::move(condition));
        (void)fixture.store.read(inbox, [&](const MailboxView& view) {
            search::MessageText text(fixture.store, message, view);
            answer = matcher.ask({message, text, {&inbox, 1}, true}).value();
        });
        return answer;
    }
    /// From here on its text can't be read.
    void lose_text() { message.body = BodyId{999'999}; }

    test::StoreFixture fixture;
    MailboxId inbox;
    Message message;
};

const std::string letter =
    "From: Ann Example <ann@example.test>\r\nTo: bob@example.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= to you\r\n"
    "Date: Sat, 21 Nov 2026 23:30:00 -0500\r\nX-Note: first\r\n\r\nThe body of it.\r\n";

}  // namespace

TEST_CASE("a range holds both its ends and never wraps", "[store][search]") {
    CHECK(Range::below(5).contains(4));
    CHECK_FALSE(Range::below(5).contains(5));
    CHECK(Range::above(5).contains(6));
    CHECK_FALSE(Range::above(5).contains(5));
    CHECK(Range::from(5).contains(5));
    CHECK(Range::up_to(5).contains(5));
    CHECK_FALSE(Range::only(5).contains(6));
    for (const auto number : {Range::lowest, std::int64_t{0}, Range::highest}) {
        CAPTURE(number);
        CHECK_FALSE(Range::below(Range::lowest).contains(number));
        CHECK_FALSE(Range::above(Range::highest).contains(number));
        CHECK(Range().contains(number));
    }
    CHECK(search::saturated(UINT64_MAX) == Range::highest);
    CHECK(search::saturated(7) == 7);
}

TEST_CASE("rows decide flags, keywords, dates, sizes and ids", "[store][search]") {
    Bench bench(letter, "\\Seen $Work");
    auto& message = bench.message;
    message.internal_date = {86'400 * 100 + 3'600, -120};  // the day before, where it was written
    message.save_date = 86'400 * 101;
    bench.lose_text();
    CHECK(bench.matches({}));
    CHECK_FALSE(bench.matches(Condition::never()));
    CHECK(bench.matches(combined(Kind::all_of, {})));
    CHECK(bench.matches({.kind = Kind::uid, .uids = UidSet::of(message.uid)}));
    CHECK_FALSE(bench.matches({.kind = Kind::uid, .uids = UidSet::of(Uid{message.uid.value + 1})}));
    CHECK(bench.matches(flagged(Flag::seen)));
    CHECK_FALSE(bench.matches(flagged(Flag::draft)));
    CHECK(bench.matches(Condition::negation(flagged(Flag::draft))));
    CHECK(bench.matches(ranged(Kind::received, Range::from(message.internal_date.unix_seconds))));
    CHECK(bench.matches(ranged(Kind::received_day, Range::only(99))));
    CHECK(bench.matches(ranged(Kind::saved_day, Range::only(101))));
    CHECK(bench.matches(ranged(Kind::size, Range::only(static_cast<std::int64_t>(letter.size())))));
    CHECK_FALSE(bench.matches(ranged(Kind::size, Range::above(static_cast<std::int64_t>(letter.size())))));
    CHECK(bench.matches(ranged(Kind::modseq, Range::from(search::saturated(message.modseq.value)))));
    CHECK(bench.matches({.kind = Kind::email, .id = message.email.value}));
    CHECK_FALSE(bench.matches({.kind = Kind::thread, .id = message.thread.value + 1}));
}

TEST_CASE("keywords are those of the mailbox that the matcher is bound to", "[store][search]") {
    Bench bench("x", "$Work");
    search::Matcher matcher(combined(Kind::any_of, {keyword("$work"), flagged(Flag::flagged)}));
    CHECK(bench.ask(matcher) == Answer::no);
    (void)bench.fixture.store.read(bench.inbox, [&](const MailboxView& view) { matcher.bind(view.keywords()); });
    CHECK(bench.ask(matcher) == Answer::yes);
    matcher.bind(Keywords{{"$Other"}});
    bench.message.keywords.reset();
    CHECK(bench.ask(matcher) == Answer::no);
    matcher.bind({});
    CHECK(bench.ask(matcher) == Answer::no);
}

TEST_CASE("summaries, headers and texts decide words", "[store][search]") {
    Bench bench(letter);
    CHECK(bench.matches(words(Kind::subject, "grÜße")));
    CHECK(bench.matches(words(Kind::from, "ann ex")));
    CHECK_FALSE(bench.matches(words(Kind::to, "ann")));
    CHECK_FALSE(bench.matches(words(Kind::cc, "")));  // an empty string asks for the field
    CHECK(bench.matches(words(Kind::to, "")));
    CHECK(bench.matches({.kind = Kind::field, .name = "x-note", .text = imap::fold("FIRST")}));
    CHECK_FALSE(bench.matches({.kind = Kind::field, .name = "x-note", .text = imap::fold("second")}));
    CHECK(bench.matches({.kind = Kind::field, .name = "X-Note"}));
    CHECK(bench.matches(words(Kind::body, "BODY of")));
    CHECK_FALSE(bench.matches(words(Kind::body, "first")));
    CHECK(bench.matches(words(Kind::text, "x-note: first")));
    CHECK(bench.matches(words(Kind::body, "")));
    // The day as the sender's calendar had it, though it was the 22nd in UTC.
    const auto day = mail::parse_date("21 Nov 2026 12:00:00 +0000")->local_day();
    CHECK(bench.matches(ranged(Kind::sent_day, Range::only(day))));
    CHECK_FALSE(bench.matches(ranged(Kind::sent_day, Range::above(day))));
    CHECK_FALSE(bench.matches({.kind = Kind::attachment}));
}

TEST_CASE("a text is read only where nothing cheaper decides", "[store][search]") {
    Bench bench(letter);
    bench.lose_text();
    const auto body = words(Kind::body, "body");
    search::MessageText text(bench.fixture.store, bench.message);
    CHECK_FALSE(search::Matcher(body).ask({bench.message, text}));
    CHECK(bench.ask(combined(Kind::all_of, {body, flagged(Flag::seen)})) == Answer::no);
    CHECK(bench.ask(combined(Kind::any_of, {body, Condition::negation(flagged(Flag::seen))})) == Answer::yes);
}

TEST_CASE("what is at hand leaves open what a text or another copy would decide", "[store][search]") {
    Bench bench(letter);
    const auto body = words(Kind::body, "body");
    const auto unseen = Condition::negation(flagged(Flag::seen));
    CHECK(bench.at_hand(body) == Answer::maybe);
    CHECK(bench.at_hand(Condition::negation(body)) == Answer::maybe);
    CHECK(bench.at_hand({.kind = Kind::field, .name = "X-Note"}) == Answer::maybe);
    CHECK(bench.at_hand(combined(Kind::all_of, {body, flagged(Flag::seen)})) == Answer::no);
    CHECK(bench.at_hand(combined(Kind::all_of, {body, unseen})) == Answer::maybe);
    CHECK(bench.at_hand(combined(Kind::any_of, {body, unseen})) == Answer::yes);
    // A later part may still say no.
    CHECK(bench.at_hand(combined(Kind::all_of, {body, combined(Kind::all_of, {body, flagged(Flag::seen)})})) ==
          Answer::no);
    CHECK(bench.at_hand(words(Kind::subject, "to you")) == Answer::yes);
    CHECK(bench.at_hand(words(Kind::subject, "to me")) == Answer::no);
    CHECK(bench.at_hand(words(Kind::cc, "")) == Answer::maybe);
    const MailboxId elsewhere{bench.inbox.value + 1};
    CHECK(bench.at_hand({.kind = Kind::in_mailbox, .mailboxes = {bench.inbox}}) == Answer::yes);
    CHECK(bench.at_hand({.kind = Kind::in_mailbox, .mailboxes = {elsewhere}}) == Answer::maybe);
    CHECK(bench.at_hand({.kind = Kind::in_another, .mailboxes = {elsewhere}}) == Answer::yes);
    CHECK(bench.at_hand({.kind = Kind::in_another, .mailboxes = {bench.inbox}}) == Answer::maybe);
    bench.lose_text();
    CHECK(bench.at_hand(words(Kind::subject, "to you")) == Answer::maybe);
}

TEST_CASE("all copies together say in which mailboxes an email is", "[store][search]") {
    Bench bench(letter);
    const MailboxId archive{bench.inbox.value + 1};
    const std::vector<MailboxId> copies = {bench.inbox, archive};
    const auto is = [&](Kind kind, std::vector<MailboxId> mailboxes) {
        search::MessageText text(bench.fixture.store, bench.message);
        const search::Matcher matcher({.kind = kind, .mailboxes = std::move(mailboxes)});
        return matcher.ask({bench.message, text, copies}).value() == Answer::yes;
    };
    CHECK(is(Kind::in_mailbox, {archive}));
    CHECK_FALSE(is(Kind::in_mailbox, {MailboxId{archive.value + 1}}));
    CHECK(is(Kind::in_another, {archive}));
    CHECK_FALSE(is(Kind::in_another, {archive, bench.inbox}));
}

TEST_CASE("a word behind the cut of a long subject is found in the header", "[store][search]") {
    Bench bench("Subject: " + std::string(3'000, 'x') + " needle\r\n\r\nx\r\n");
    CHECK(bench.at_hand(words(Kind::subject, "needle")) == Answer::maybe);
    CHECK(bench.matches(words(Kind::subject, "needle")));
    CHECK_FALSE(bench.matches(words(Kind::subject, "thread")));
}

TEST_CASE("a matcher tells what it needs and where to look", "[store][search]") {
    const search::Matcher rows(combined(Kind::all_of, {flagged(Flag::seen), {}}));
    CHECK(rows.rows_suffice());
    CHECK_FALSE(rows.is_all());
    CHECK(search::Matcher({}).is_all());
    const search::Matcher summaries(Condition::negation(words(Kind::subject, "x")));
    CHECK_FALSE(summaries.rows_suffice());
    CHECK(summaries.summaries_suffice());
    CHECK_FALSE(search::Matcher(words(Kind::body, "x")).summaries_suffice());

    const Condition some{.kind = Kind::uid, .uids = UidSet::of(Uid{3}, Uid{5})};
    const Condition more{.kind = Kind::uid, .uids = UidSet::of(Uid{5}, Uid{9})};
    const auto all = UidSet::of(Uid{1}, Uid{10});
    const auto within = [&](Condition condition) {
        return search::Matcher(std::move(condition)).within(all).to_string();
    };
    CHECK(within(some) == "3:5");
    CHECK(within(combined(Kind::all_of, {some, combined(Kind::all_of, {flagged(Flag::seen), more})})) == "5");
    CHECK(within(combined(Kind::any_of, {some, more})) == "1:10");
    CHECK(within(Condition::negation(some)) == "1:10");

    const Condition here{.kind = Kind::in_mailbox, .mailboxes = {MailboxId{7}}};
    const auto only = [](Condition condition) { return search::Matcher(std::move(condition)).only_mailbox(); };
    CHECK(only(here) == MailboxId{7});
    CHECK(only(combined(Kind::all_of, {flagged(Flag::seen), combined(Kind::all_of, {here})})) == MailboxId{7});
    CHECK_FALSE(only(combined(Kind::any_of, {here})));
    CHECK_FALSE(only(Condition::negation(here)));
}

TEST_CASE("of addresses, what the field alone shows is looked up there", "[store][search]") {
    Bench bench("To: <carl@example.test>, \"Smith, Anna\" <anna@example.test>\r\n\r\n");
    CHECK(bench.matches(words(Kind::to, "<CARL@example.test>")));
    CHECK(bench.matches(words(Kind::to, "\"smith, anna\" <")));
    CHECK_FALSE(bench.matches(words(Kind::to, "<dora@example.test>")));
    CHECK(bench.at_hand(words(Kind::to, "<carl@")) == Answer::maybe);
    CHECK_FALSE(search::Matcher(words(Kind::to, "<carl@")).summaries_suffice());
    CHECK(search::Matcher(words(Kind::to, "carl@")).summaries_suffice());
}
