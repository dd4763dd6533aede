#include "common/base/text.h"
#include "common/mail/charset.h"
#include "common/mail/encoded_word.h"
#include "common/mail/transfer.h"
#include "tests/support/catch.h"

using namespace helio;
using namespace helio::mail;

TEST_CASE("encoded words become UTF-8", "[mail][encoded_word]") {
    struct Row {
        std::string_view raw;
        std::string_view text;
    };
    const auto row = GENERATE(values<Row>({
        {"plain text", "plain text"},
        {"=?ISO-8859-1?Q?a?=", "a"},
        {"=?ISO-8859-1?Q?a?= b", "a b"},
        {"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"},
        {"=?ISO-8859-1?Q?a?=  \r\n  =?ISO-8859-1?Q?b?=", "ab"},
        {"=?ISO-8859-1?Q?a_b?=", "a b"},
        {"=?ISO-8859-1?q?Gr=FC=DFe?=", "Grüße"},
        {"=?utf-8?b?R3LDvMOfZQ==?= an alle", "Grüße an alle"},
        {"=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"},  // a character cut by the sender
        {"=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"},
        {"=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本"},
        {"a =?utf-8?Q?b?= c =?bad?= d", "a b c =?bad?= d"},
        {"=?x-nobody-knows?Q?abc?=", "abc"},
        {"=?utf-8?Q?never ends", "=?utf-8?Q?never ends"},
        // a word that never ends leaves the one behind it alone
        {"=?utf-8?Q? =?utf-8?B?Y2Fmw6k=?=", "=?utf-8?Q? café"},
        {"=?utf-8?Q?a =?utf-8?Q?b =?utf-8?Q?c?= d", "=?utf-8?Q?a =?utf-8?Q?b c d"},
        {"=?utf-8?B?=?utf-8?B?Y2Fmw6k=?=", "=?utf-8?B?café"},
        // question marks that senders left as they are
        {R"(=?utf-8?Q?what? now?)"
         "?=",
         "what? now?"},
        {"=?utf-8?Q?a=?b?=", "a=?b"},
        {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
        {"Gr\xFC\xDF"
         "e",
         "Grüße"},
        {"=?utf-8?Q?=zz=4?=", "=zz=4"},
        {"=?utf-8?Q?"
         "?=",
         ""},
    }));
    CAPTURE(row.raw);
    CHECK(decode_header(row.raw) == row.text);
}

TEST_CASE("extended parameters become UTF-8", "[mail][encoded_word]") {
    CHECK(decode_extended_parameter("iso-8859-1'de'Gr%FC%DFe") == "Grüße");
    CHECK(decode_extended_parameter("utf-8''%E2%82%AC.pdf") == "€.pdf");
    CHECK(decode_extended_parameter("plain%20name%") == "plain name%");
}

TEST_CASE("decoded text is always UTF-8 and within its bound", "[mail][charset]") {
    CHECK(to_utf8("utf-8", "a\xFFz") == "a\xEF\xBF\xBDz");
    CHECK(to_utf8("us-ascii", "gr\xFCn") == "grün");
    CHECK(to_utf8("koi8-r", "\xD0\xD2\xC9") == "при");
    CHECK(to_utf8("utf-8", "ééé", 3) == "é");
    CHECK(to_utf8("../../etc/passwd", "abc") == "abc");
    CHECK(base::is_utf8(to_utf8("utf-16", "\xD8\x00\xD8", 100)));
    CHECK(is_known_charset("ISO-8859-15"));
    CHECK_FALSE(is_known_charset("x-nobody-knows"));
    CHECK_FALSE(is_known_charset("utf-8//TRANSLIT"));
}

namespace {
std::string decode_in_pieces(Encoding encoding, std::string_view bytes, std::size_t piece) {
    const auto decoder = make_decoder(encoding);
    std::string out;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
        decoder->feed(bytes.substr(0, piece), out);
    decoder->finish(out);
    return out;
}
}  // namespace

TEST_CASE("transfer encodings decode the same however the input is cut", "[mail][transfer]") {
    struct Row {
        Encoding encoding;
        std::string raw;
        std::string bytes;
    };
    const auto row = GENERATE(values<Row>({
        {Encoding::base64, "Zm9v\r\nYmFy\r\n", "foobar"},
        {Encoding::base64, "Zg==", "f"},
        {Encoding::base64, "Zm8=\r\n", "fo"},
        {Encoding::base64, "Zg==Zm8=", "ffo"},
        {Encoding::base64, "Zm9", "fo"},
        {Encoding::base64, "Z!m*9v", "foo"},
        {Encoding::base64, "", ""},
        {Encoding::quoted_printable, "Gr=FC=df=\r\ne\r\n",
         "Gr\xFC\xDF"
         "e\r\n"},
        {Encoding::quoted_printable, "a =  \r\nb", "a b"},
        {Encoding::quoted_printable, "trailing \t\r\nx", "trailing\r\nx"},
        {Encoding::quoted_printable, "trailing \nx ", "trailing\nx"},
        {Encoding::quoted_printable, "a=\nb", "ab"},
        {Encoding::quoted_printable, "a=ZZb=4", "a=ZZb=4"},
        {Encoding::quoted_printable, "a==41", "a=A"},
        {Encoding::quoted_printable, "a\rb", "a\rb"},
        {Encoding::quoted_printable, "end=", "end"},
        {Encoding::eight_bit, "as it is\r\n", "as it is\r\n"},
    }));
    CAPTURE(row.raw);
    CHECK(decode_transfer(row.encoding, row.raw) == row.bytes);
    for (std::size_t piece = 1; piece <= row.raw.size(); ++piece) {
        CAPTURE(piece);
        CHECK(decode_in_pieces(row.encoding, row.raw, piece) == row.bytes);
    }
}

TEST_CASE("a decoder tells whether its input was broken", "[mail][transfer]") {
    const auto broken = [](Encoding encoding, std::string_view raw) {
        const auto decoder = make_decoder(encoding);
        std::string out;
        decoder->feed(raw, out);
        decoder->finish(out);
        return decoder->broken();
    };
    CHECK_FALSE(broken(Encoding::base64, "Zm9v"));
    CHECK_FALSE(broken(Encoding::base64, "Zg==\r\n"));
    CHECK(broken(Encoding::base64, "Zm9"));
    CHECK(broken(Encoding::base64, "Zm%v"));
    CHECK_FALSE(broken(Encoding::quoted_printable, "=41=\r\n"));
    CHECK(broken(Encoding::quoted_printable, "=4"));
    CHECK(parse_encoding(" BASE64 ") == Encoding::base64);
    CHECK(parse_encoding("x-uuencode") == Encoding::other);
    CHECK(make_decoder(Encoding::other) == nullptr);
}
