#include "common/mail/summary.h"

#include "common/mail/bodystructure.h"
#include "common/mail/header.h"
#include "tests/support/catch.h"
#include "tests/unit/common/mail/mime_corpus.h"

using namespace helio;
using namespace helio::mail;

namespace {
std::string sample(std::string_view name) {
    for (const auto& sample : test::mime_samples())
        if (sample.name == name) return sample.message;
    return {};
}
using Path = std::vector<std::uint32_t>;
}  // namespace

TEST_CASE("a summary gives back what was scanned", "[mail][summary]") {
    for (const auto& sample : test::mime_samples()) {
        CAPTURE(sample.name);
        const auto tree = scan_mime(sample.message);
        const auto bytes = summarize(sample.message);
        const auto view = SummaryView::open(bytes);
        REQUIRE_OK(view);
        CHECK(view->message_bytes() == sample.message.size());
        CHECK(view->bodystructure() == print_bodystructure(tree).text);
        std::string envelope;
        append_imap_envelope(envelope, *tree.parts[0].envelope);
        CHECK(view->envelope() == envelope);
        const auto parts = view->parts();
        REQUIRE(parts.size() == tree.parts.size());
        for (std::size_t i = 0; i < parts.size(); ++i) {
            CHECK(parts[i].kind == tree.parts[i].kind);
            CHECK(parts[i].header_offset == tree.parts[i].header_offset);
            CHECK(parts[i].body_offset == tree.parts[i].body_offset);
            CHECK(parts[i].body_bytes == tree.parts[i].body_bytes);
            CHECK(parts[i].body_lines == tree.parts[i].body_lines);
        }
    }
}

TEST_CASE("BODY is BODYSTRUCTURE without extension data", "[mail][summary]") {
    const auto bytes = summarize(sample("alternative and attachment"));
    std::string body;
    SummaryView::open(bytes)->append_body(body);
    CHECK(body == R"(((("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 0))"
                  R"(("text" "html" ("charset" "utf-8") NIL NIL "quoted-printable" 16 1) "alternative"))"
                  R"(("application" "pdf" ("name" "a b.pdf") "<pdf@x.test>" "the report" "base64" 12) "mixed"))");
    const auto none = summarize(sample("no parts"));
    body.clear();
    SummaryView::open(none)->append_body(body);
    CHECK(body == R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0) "mixed"))");
}

TEST_CASE("section numbers find parts as RFC 9051 counts them", "[mail][summary]") {
    const auto message = sample("nested message");
    const auto bytes = summarize(message);
    const auto view = SummaryView::open(bytes);
    const auto body = [&](Path path) -> std::string {
        const auto part = view->find_part(path);
        return part ? message.substr(part->body_offset, part->body_bytes) : "none";
    };
    CHECK(body({}) == message.substr(header_length(message)));
    CHECK(body({1, 1}) == "deep");
    CHECK(body({1, 2, 1}) == "bottom\r\n");
    CHECK(body({2}) == "after");
    CHECK(view->find_part(Path{1})->kind == PartKind::message);
    for (const auto& path : {Path{0}, Path{3}, Path{1, 3}, Path{1, 1, 1}, Path{1, 2, 2}, Path{1, 2, 1, 1}, Path{2, 1}})
        CHECK(body(path) == "none");
    const auto inner = view->find_message(Path{1, 2});
    REQUIRE(inner);
    CHECK(message.substr(inner->header_offset, inner->header_bytes) == "Subject: deepest\r\n\r\n");
    CHECK_FALSE(view->find_message(Path{2}));
    CHECK(view->find_message({})->header_offset == 0);

    const auto plain = summarize(sample("plain"));
    CHECK(SummaryView::open(plain)->find_part(Path{1})->body_bytes == 13);
    CHECK_FALSE(SummaryView::open(plain)->find_part(Path{1, 1}));
    const auto whole = sample("message as the whole body");
    const auto whole_bytes = summarize(whole);
    const auto whole_view = SummaryView::open(whole_bytes);
    CHECK(whole_view->find_part(Path{1})->kind == PartKind::message);
    CHECK(whole.substr(whole_view->find_part(Path{1, 1})->body_offset) == "text\r\n");
    CHECK(whole_view->find_message(Path{1})->header_bytes == 15);
}

TEST_CASE("search texts are decoded", "[mail][summary]") {
    const auto bytes = summarize(
        "From: =?utf-8?Q?Gr=C3=BCn?= <g@x.test>, b@x.test\r\nSubject: =?utf-8?B?R3LDvMOfZQ==?=\r\nTo: t:c@x.test;\r\n"
        "Date: Sat, 21 Nov 2026 21:35:34 +0000\r\nMessage-ID: <1@x.test>\r\nIn-Reply-To: <0@x.test>\r\n"
        "References: <a@x.test>\r\n <0@x.test>\r\nContent-Disposition: attachment\r\n\r\n");
    const auto view = SummaryView::open(bytes);
    CHECK(view->from().text == "Grün <g@x.test>, b@x.test");
    CHECK(view->subject().text == "Grüße");
    CHECK(view->subject().complete);
    CHECK(view->to().text == "t, c@x.test");
    CHECK(view->date() == DateTime{1795296934, 0});
    CHECK(view->message_id() == "<1@x.test>");
    CHECK(view->in_reply_to() == "<0@x.test>");
    CHECK(view->references() == "<a@x.test> <0@x.test>");
    CHECK(view->has_attachment());
    const auto odd = summarize(
        "From: <@r1.test,@r2.test:a@x.test>, B <@r3.test:b@x.test>\r\n"
        "To: =?utf-8?q?Caf=C3=A9?=: c@x.test;\r\nCc: \"\"@x.test\r\n\r\n");
    CHECK(SummaryView::open(odd)->from().text == "@r1.test,@r2.test:a@x.test, B <@r3.test:b@x.test>");
    CHECK(SummaryView::open(odd)->to().text == "Café, c@x.test");
    CHECK(SummaryView::open(odd)->cc().text == "@x.test");
    const auto long_bytes = summarize("Subject: " + std::string(3'000, 's') + "\r\n\r\n");
    CHECK(SummaryView::open(long_bytes)->subject().text.size() == 2'048);
    CHECK_FALSE(SummaryView::open(long_bytes)->subject().complete);
}

TEST_CASE("cut, foreign and damaged summaries are refused or harmless", "[mail][summary]") {
    const auto bytes = summarize(sample("nested message"));
    CHECK(SummaryView::open("").error().code == errc::malformed);
    CHECK(SummaryView::open("\x03xx").error().code == errc::unknown_version);
    for (std::size_t length = 1; length < bytes.size(); ++length) {
        const auto view = SummaryView::open(std::string_view(bytes).substr(0, length));
        if (view) view->parts();
    }
    for (std::size_t at = 1; at < bytes.size(); ++at) {
        auto damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
        const auto view = SummaryView::open(damaged);
        if (!view) continue;
        std::string body;
        view->append_body(body);
        view->parts();
        view->find_part(Path{1, 2, 1});
    }
}
