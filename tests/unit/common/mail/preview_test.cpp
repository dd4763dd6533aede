#include "common/mail/preview.h"

#include "common/base/text.h"
#include "tests/support/catch.h"

using namespace helio::mail;

namespace {

std::string preview(const std::string& message) {
    const auto bytes = summarize(message);
    const auto summary = SummaryView::open(bytes);
    REQUIRE(summary.has_value());
    const auto part = preview_part(*summary);
    if (!part) return "none";
    return preview_of(*part, std::string_view(message).substr(part->body_offset, part->body_bytes));
}

}  // namespace

TEST_CASE("a preview is the text on one line", "[mail][preview]") {
    CHECK(preview_of_plain("").empty());
    CHECK(preview_of_plain(" \r\n\t ").empty());
    CHECK(preview_of_plain("  Hello,\r\n\r\n\tworld  \r\n") == "Hello, world");
    CHECK(preview_of_plain("> quoted\r\n>> more\r\nAnswer") == "Answer");
    CHECK(preview_of_plain("> only\r\n> quotes\r\n") == "> only > quotes");
    CHECK(preview_of_plain("a\u00a0\u200bb\x01 c") == "a b c");
}

TEST_CASE("a preview has 200 characters at most", "[mail][preview]") {
    CHECK(preview_of_plain(std::string(200, 'x')) == std::string(200, 'x'));
    CHECK(preview_of_plain(std::string(201, 'x')) == std::string(200, 'x'));
    std::string umlauts;
    for (int i = 0; i < 300; ++i) umlauts += "\u00fc";
    CHECK(preview_of_plain(umlauts) == umlauts.substr(0, 400));
    CHECK(preview_of_plain(std::string(199, 'x') + " y") == std::string(199, 'x'));
    CHECK(preview_of_plain(std::string(198, 'x') + " yz") == std::string(198, 'x') + " y");
}

TEST_CASE("a preview of HTML has no markup", "[mail][preview]") {
    CHECK(preview_of_html("<html><head><title>T</title></head><body><p>One</p><p>T<b>w</b>o</p>") == "One Two");
    CHECK(preview_of_html("<STYLE>p { x: y }</style >a<!-- <b> -->b<script>if (a < b) {}</script>c") == "abc");
    CHECK(preview_of_html("a &amp; b &lt;c&gt; &#228;&#xE4; &nbsp;&unknown; &") ==
          "a & b <c> \u00e4\u00e4 &unknown; &");
    CHECK(preview_of_html("&#0;&#xD800;&#99999999999;x").ends_with("x"));
    CHECK(preview_of_html("a<br>b<br/>c") == "a b c");
    CHECK(preview_of_html("text <style> without end").starts_with("text"));
    CHECK(preview_of_html("text <!-- without end") == "text");
    CHECK(preview_of_html("text <a href=x") == "text");
    CHECK(preview_of_html("<").empty());
    CHECK(preview_of_html("a<img alt=\"x > y\" title = 'a>b' src=x>b") == "a b");
    CHECK(preview_of_html("<p it's>a</p><p a=b'c>d") == "a d");
    CHECK(preview_of_html("<a href=\"x>text</a> <b c='d e<i>more") == "text more");
    CHECK(preview_of_html("text <a href='x") == "text");
}

TEST_CASE("the preview comes from plain text, else from HTML", "[mail][preview]") {
    CHECK(preview("Subject: x\r\n\r\nHello\r\n") == "Hello");
    CHECK(preview("Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
                  "Gr=FC=DFe=\r\n!\r\n") == "Gr\u00fc\u00dfe!");
    CHECK(preview("Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+SGk8L2I+\r\n") == "Hi");
    CHECK(
        preview("Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<i>h</i>"
                "\r\n--b\r\n\r\nplain\r\n--b--\r\n") == "plain");
    CHECK(preview("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment\r\n\r\nfile"
                  "\r\n--b\r\nContent-Type: text/html\r\n\r\nh\r\n--b--\r\n") == "h");
    CHECK(preview("Content-Type: image/png\r\n\r\nxxx") == "none");
}

TEST_CASE("every beginning of a text has a preview", "[mail][preview]") {
    const std::string html = "<p>a &auml; \u00fc</p><!-- x --><style>y</style>b &#x20AC; <b>c</b> <";
    for (std::size_t length = 0; length <= html.size(); ++length) {
        const auto text = preview_of_html(html.substr(0, length));
        CHECK(text.size() <= html.size());
    }
}
