#include "common/mail/mime_scanner.h"

#include "common/mail/bodystructure.h"
#include "tests/support/catch.h"
#include "tests/unit/common/mail/mime_corpus.h"

using namespace helio;
using namespace helio::mail;

namespace {

MimeTree scan_in_pieces(std::string_view message, std::size_t piece, ScanLimits limits = {}) {
    MimeScanner scanner(limits);
    for (; !message.empty(); message.remove_prefix(std::min(piece, message.size())))
        scanner.feed(message.substr(0, piece));
    return scanner.finish();
}

std::string shown(const MimeTree& tree) {
    auto text = print_bodystructure(tree).text;
    for (const auto& part : tree.parts)
        text += " [" + std::to_string(part.header_offset) + "+" + std::to_string(part.header_bytes) + "|" +
                std::to_string(part.body_offset) + "+" + std::to_string(part.body_bytes) + "]";
    return text;
}

std::string_view body_of(std::string_view message, const MimePart& part) {
    return message.substr(part.body_offset, part.body_bytes);
}
std::string_view header_of(std::string_view message, const MimePart& part) {
    return message.substr(part.header_offset, part.header_bytes);
}

std::string sample(std::string_view name) {
    for (const auto& sample : test::mime_samples())
        if (sample.name == name) return sample.message;
    FAIL("no sample " << name);
    return {};
}

void check_invariants(const MimeTree& tree) {
    REQUIRE(!tree.parts.empty());
    for (const auto& part : tree.parts) {
        CHECK(part.header_offset + part.header_bytes == part.body_offset);
        CHECK(part.body_offset + part.body_bytes <= tree.bytes);
        for (const auto child : part.children) {
            const auto& inner = tree.parts[child];
            CHECK(inner.header_offset >= part.body_offset);
            CHECK(inner.body_offset + inner.body_bytes <= part.body_offset + part.body_bytes);
        }
    }
}

}  // namespace

TEST_CASE("parts are found where they are", "[mail][mime]") {
    const auto message = sample("alternative and attachment");
    const auto tree = scan_mime(message);
    REQUIRE(tree.parts.size() == 5);
    CHECK(tree.parts[0].children == std::vector<std::uint32_t>{1, 4});
    CHECK(tree.parts[1].children == std::vector<std::uint32_t>{2, 3});
    CHECK(body_of(message, tree.parts[2]) == "plain");
    CHECK(header_of(message, tree.parts[2]) == "Content-Type: text/plain; charset=utf-8\r\n\r\n");
    CHECK(body_of(message, tree.parts[3]) == "<p>html=20</p>\r\n");
    CHECK(tree.parts[3].body_lines == 1);
    CHECK(body_of(message, tree.parts[4]) == "JVBERi0xLjQK");
    CHECK(tree.parts[0].body_offset + tree.parts[0].body_bytes == message.size());
    check_invariants(tree);
}

TEST_CASE("BODYSTRUCTURE shows a mixed message as RFC 9051 has it", "[mail][mime]") {
    const auto printed = print_bodystructure(scan_mime(sample("alternative and attachment")));
    CHECK(printed.text ==
          R"(((("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 0 NIL NIL NIL NIL))"
          R"(("text" "html" ("charset" "utf-8") NIL NIL "quoted-printable" 16 1 NIL NIL NIL NIL))"
          R"( "alternative" ("boundary" "inner") NIL NIL NIL))"
          R"(("application" "pdf" ("name" "a b.pdf") "<pdf@x.test>" "the report" "base64" 12 )"
          R"("Q2hlY2sgSW50ZWdyaXR5IQ==" ("attachment" ("filename" "a b.pdf")) ("en" "de") "http://x.test/a.pdf"))"
          R"( "mixed" ("boundary" "outer") NIL NIL NIL))");
}

TEST_CASE("a message in a message shows its envelope, structure and lines", "[mail][mime]") {
    const auto message = sample("nested message");
    const auto tree = scan_mime(message);
    REQUIRE(tree.parts.size() == 7);
    CHECK(tree.parts[1].kind == PartKind::message);
    CHECK(tree.parts[2].envelope->subject == "inner");
    CHECK(body_of(message, tree.parts[3]) == "deep");
    CHECK(body_of(message, tree.parts[5]) == "bottom\r\n");
    CHECK(body_of(message, tree.parts[6]) == "after");
    const auto simple = print_bodystructure(scan_mime(sample("message as the whole body")));
    CHECK(simple.text ==
          R"(("message" "rfc822" NIL NIL NIL "7bit" 21 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) )"
          R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL) 3 NIL NIL NIL NIL))");
}

TEST_CASE("broken messages become plain parts", "[mail][mime]") {
    struct Row {
        std::string name;
        std::string structure;
    };
    const auto row = GENERATE(values<Row>({
        {"nothing", R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL))"},
        {"multipart without boundary",
         R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 17 4 NIL NIL NIL NIL))"},
        {"broken content type", R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL))"},
        {"no parts", R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL) "mixed" )"
                     R"(("boundary" "b") NIL NIL NIL))"},
        {"boundary in a header",
         R"((("text" "html" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL))"
         R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 1 0 NIL NIL NIL NIL) "mixed" ("boundary" "b") NIL NIL NIL))"},
        {"boundary with text behind",
         R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 3 0 NIL NIL NIL NIL))"
         R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 3 0 NIL NIL NIL NIL) "mixed" ("boundary" "b") NIL NIL NIL))"},
    }));
    CAPTURE(row.name);
    const auto message = sample(row.name);
    const auto tree = scan_mime(message);
    check_invariants(tree);
    if (row.name == "multipart without boundary")
        CHECK(body_of(message, tree.parts[0]).size() == tree.parts[0].body_bytes);
    else
        CHECK(print_bodystructure(tree).text == row.structure);
}

TEST_CASE("a part of a digest is a message unless it says otherwise", "[mail][mime]") {
    const auto tree = scan_mime(sample("multipart/digest"));
    REQUIRE(tree.parts.size() == 4);
    CHECK(tree.parts[1].kind == PartKind::message);
    CHECK(tree.parts[2].envelope->subject == "one");
    CHECK(tree.parts[3].kind == PartKind::leaf);
}

TEST_CASE("a message scans the same however it is cut", "[mail][mime]") {
    for (const auto& sample : test::mime_samples()) {
        CAPTURE(sample.name);
        for (const auto& message : {sample.message, test::with_lf(sample.message)}) {
            const auto whole = shown(scan_mime(message));
            for (const std::size_t piece : {1u, 2u, 3u, 7u, 64u}) CHECK(shown(scan_in_pieces(message, piece)) == whole);
        }
    }
    for (unsigned seed = 0; seed < 60; ++seed) {
        CAPTURE(seed);
        const auto message = test::random_message(seed);
        const auto tree = scan_mime(message);
        check_invariants(tree);
        CHECK(shown(scan_in_pieces(message, 1 + seed % 13)) == shown(tree));
    }
}

TEST_CASE("nesting beyond the limit is an opaque part", "[mail][mime]") {
    std::string message;
    for (int i = 0; i < 40; ++i) {
        const auto boundary = "b" + std::to_string(1000 + i);
        message += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
    }
    const auto tree = scan_mime(message, {.depth = 10});
    CHECK(tree.parts.size() == 10);
    CHECK(tree.parts.back().content_type.is("application", "octet-stream"));
    CHECK(scan_mime(message, {.depth = 41}).parts.size() == 41);
    check_invariants(tree);

    std::string messages;
    for (int i = 0; i < 40; ++i) messages += "Content-Type: message/rfc822\r\n\r\n";
    const auto nested = scan_mime(messages, {.depth = 10});
    CHECK(nested.parts.size() == 10);
    CHECK(nested.parts.back().content_type.is("application", "octet-stream"));
}

TEST_CASE("parts beyond the limit belong to the last one", "[mail][mime]") {
    std::string message = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int i = 0; i < 50; ++i) message += "--b\r\n\r\npart\r\n";
    message += "--b--\r\nepilogue\r\n";
    const auto tree = scan_mime(message, {.parts = 11});
    REQUIRE(tree.parts.size() == 11);
    CHECK(body_of(message, tree.parts[9]) == "part");
    const auto last = body_of(message, tree.parts[10]);
    CHECK(last.starts_with("part\r\n--b\r\n\r\npart"));
    CHECK(last.ends_with("part"));
    check_invariants(tree);
}

TEST_CASE("of a MIME field that comes twice the first counts", "[mail][mime]") {
    const auto tree = scan_mime(
        "Content-Transfer-Encoding: \r\nContent-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 8bit\r\n"
        "Content-Type: text/html\r\nContent-Type: text/plain\r\n\r\nPGI+\r\n");
    CHECK(tree.parts[0].encoding == "base64");
    CHECK(tree.parts[0].content_type.is("text", "html"));
}

TEST_CASE("header bytes beyond the budget are not kept", "[mail][mime]") {
    const std::string message = "Subject: " + std::string(100'000, 's') + "\r\nX: y\r\n\r\nbody\r\n";
    const auto tree = scan_mime(message, {.header_bytes = 1'000});
    CHECK(tree.parts[0].envelope->subject->size() == 1'000 - 9);
    CHECK(body_of(message, tree.parts[0]) == "body\r\n");
    const std::string many = "Subject: first\r\nTo: a@x.test\r\n\r\n";
    CHECK(scan_mime(many, {.header_bytes = 14}).parts[0].envelope->to.empty());
}
