#include "store/search/sort_key.h"

#include "common/imap/fold.h"
#include "tests/support/catch.h"

using namespace helio;
using namespace helio::store;

namespace {

struct Summarized {
    explicit Summarized(const std::string& header) : bytes(mail::summarize(header + "\r\n\r\nx\r\n")) {}
    mail::SummaryView view() const { return mail::SummaryView::open(bytes).value(); }
    std::string bytes;
};

}  // namespace

TEST_CASE("the sent date is the Date field's, else the internal date", "[store][search]") {
    Message message;
    message.internal_date = {1'000, 0};
    const Summarized dated("Date: Thu, 1 Jan 1970 00:00:07 +0000");
    const Summarized undated("Subject: x");
    const auto with = dated.view();
    const auto without = undated.view();
    CHECK(search::sent_seconds(message, &with) == 7);
    CHECK(search::sent_seconds(message, &without) == 1'000);
    CHECK(search::sent_seconds(message, nullptr) == 1'000);
}

TEST_CASE("sort keys are folded base subjects, mailboxes and display names", "[store][search]") {
    const auto list = mail::EnvelopeList::from;
    const Summarized named("Subject: Re: Fwd: Hello\r\nFrom: =?utf-8?q?=C3=84nne?= <zoe@example.test>, b@x.test");
    CHECK(search::subject_key(named.view()) == imap::fold("hello"));
    CHECK(search::mailbox_key(named.view(), list) == imap::fold("zoe"));
    CHECK(search::display_key(named.view(), list) == imap::fold("änne"));
    const Summarized bare("From: zoe@example.test");
    CHECK(search::display_key(bare.view(), list) == imap::fold("zoe@example.test"));
    const Summarized group("From: Team: zoe@example.test;");
    CHECK(search::mailbox_key(group.view(), list) == imap::fold("team"));
    CHECK(search::display_key(group.view(), list) == imap::fold("team"));
    const Summarized nobody("X: y");
    CHECK(search::subject_key(nobody.view()).empty());
    CHECK(search::mailbox_key(nobody.view(), list).empty());
    CHECK(search::display_key(nobody.view(), list).empty());
}
