#include "store/search/search_text.h"

#include "common/imap/fold.h"
#include "tests/support/catch.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using namespace helio::store;

namespace {

struct Bench {
    explicit Bench(const std::string& text) {
        const auto inbox = fixture.inbox();
        message = fixture.message(inbox, fixture.append(inbox, text));
    }
    bool field(const std::string& name, const std::string& part) {
        search::MessageText text(fixture.store, message);
        return search::field_contains(text, name, imap::fold(part)).value();
    }
    bool text(const std::string& part, bool with_header = false) {
        search::MessageText text(fixture.store, message);
        return search::text_contains(text, imap::fold(part), with_header).value();
    }

    test::StoreFixture fixture;
    Message message;
};

const std::string mixed =
    "Subject: outer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "Gr=FC=\r\n=DFe\r\n"
    "--b\r\nContent-Type: application/octet-stream\r\n"
    "Content-Disposition: attachment; filename*=utf-8''%C3%A4pfel.bin\r\n\r\nhidden\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nnested words\r\n"
    "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n"
    "--b\r\nContent-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "RmluYWwtUmVjaXBpZW50OiB1dGYtODsgasO2cmc=\r\n"
    "--b--\r\n";

}  // namespace

TEST_CASE("parts of type text and message are searched decoded, others by their headers alone", "[store][search]") {
    Bench bench(mixed);
    for (const bool with_header : {false, true}) {
        CHECK(bench.text("grüße", with_header));
        CHECK(bench.text("nested", with_header));
        CHECK(bench.text("dns; mx.test", with_header));
        CHECK(bench.text("jörg", with_header));
        CHECK_FALSE(bench.text("hidden", with_header));
    }
}

TEST_CASE("a search of the body matches no header, one of the text every header", "[store][search]") {
    Bench bench(mixed);
    for (const auto* part : {"outer", "subject: inner", "äpfel.bin", "quoted-printable", "message/rfc822"}) {
        CAPTURE(part);
        CHECK_FALSE(bench.text(part));
        CHECK(bench.text(part, true));
    }
}

TEST_CASE("a field is searched unfolded and decoded, whatever the case of its name", "[store][search]") {
    Bench bench(
        "X-Long: one\r\n two\r\nX-Long: three\r\nContent-Type: text/plain; name*=utf-8''%C3%A4.txt\r\n"
        "X-Word: =?utf-8?b?w6Q=?=\r\n\r\nx\r\n");
    CHECK(bench.field("x-long", "ONE two"));
    CHECK(bench.field("X-Long", "three"));
    CHECK_FALSE(bench.field("X-Lon", "three"));
    CHECK(bench.field("x-word", "Ä"));
    CHECK(bench.field("Content-Type", "ä.txt"));
    CHECK(bench.field("X-Word", ""));
    CHECK_FALSE(bench.field("X-None", ""));
}

TEST_CASE("a text that is gone is an error, not a message without the word", "[store][search]") {
    Bench bench(mixed);
    bench.message.body = BodyId{999'999};
    search::MessageText text(bench.fixture.store, bench.message);
    CHECK_FALSE(search::field_contains(text, "Subject", "x"));
    CHECK_FALSE(search::text_contains(text, "x", false));
}
