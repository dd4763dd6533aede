#include "store/mailbox/thread_id.h"

#include "tests/support/catch.h"

using namespace helio;
using namespace helio::store;

namespace {

ThreadId thread_of_text(const std::string& header) {
    const auto bytes = mail::summarize(header + "\r\n\r\nbody\r\n");
    return thread_of(*mail::SummaryView::open(bytes));
}

}  // namespace

TEST_CASE("replies share the thread of the message that began it", "[store][thread]") {
    const auto first = thread_of_text("Message-ID: <one@x.test>");
    CHECK(first != ThreadId{});
    CHECK(thread_of_text("Message-ID: <two@x.test>\r\nIn-Reply-To: <one@x.test>") == first);
    CHECK(thread_of_text("Message-ID: <three@x.test>\r\nIn-Reply-To: <two@x.test>\r\n"
                         "References: <one@x.test>\r\n <two@x.test>") == first);
    CHECK(thread_of_text("Message-ID: <four@x.test>") != first);
    // The local part of a message id distinguishes case (RFC 5322 §3.6.4).
    CHECK(thread_of_text("Message-ID: <ONE@x.test>") != first);
}

TEST_CASE("a message without any message id is a thread of its own", "[store][thread]") {
    for (const std::string header : {"Subject: x", "Message-ID: ", "Message-ID: one@x.test", "References: <>",
                                     "References: <one", "In-Reply-To: your mail"}) {
        CAPTURE(header);
        CHECK(thread_of_text(header) == ThreadId{});
    }
    CHECK(alone(EmailId{5}) != alone(EmailId{6}));
    // Never mixed up with a hashed one, whatever the email id is.
    CHECK((alone(EmailId{UINT64_MAX}).value >> 63) == 0);
    CHECK((thread_of_text("Message-ID: <one@x.test>").value >> 63) == 1);
}
