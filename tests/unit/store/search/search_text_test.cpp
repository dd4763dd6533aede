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
    "--b--\r\n";

}  // namespace

TEST_CASE("text parts are searched decoded, other parts by their headers alone", "[store][search]") {
    Bench bench(mixed);
    CHECK(bench.text("grüße"));
    CHECK(bench.text("nested"));
    CHECK(bench.text("subject: inner"));
    CHECK(bench.text("äpfel.bin"));
    CHECK_FALSE(bench.text("hidden"));
    CHECK_FALSE(bench.text("outer"));
    CHECK(bench.text("outer", true));
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
