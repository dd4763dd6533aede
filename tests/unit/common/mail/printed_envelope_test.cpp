#include "common/mail/printed_envelope.h"

#include "common/mail/envelope.h"
#include "tests/support/catch.h"

using namespace helio::mail;

namespace {

std::string printed(std::string_view header) {
    std::string text;
    append_imap_envelope(text, parse_envelope(header));
    return text;
}

std::string shown(const std::optional<ListedAddress>& address) {
    if (!address) return "none";
    return address->name.value_or("NIL") + "|" + address->mailbox.value_or("NIL") + "|" + address->host.value_or("NIL");
}

}  // namespace

TEST_CASE("the first address of a printed envelope is what was printed", "[mail][envelope]") {
    const std::string header =
        "Date: x\r\nSubject: a \"quoted\" \\ \xc3\xa4\r\nFrom: \"A \\\"B\\\"\" <a@x.test>, c@y.test\r\n"
        "To: team: d@x.test, e@x.test;\r\nCc: \xc3\xbc <f@x.test>\r\n";
    const auto envelope = printed(header);
    CHECK(shown(first_address(envelope, EnvelopeList::from)) == "A \"B\"|a|x.test");
    CHECK(shown(first_address(envelope, EnvelopeList::sender)) == "A \"B\"|a|x.test");
    CHECK(shown(first_address(envelope, EnvelopeList::to)) == "NIL|team|NIL");
    CHECK(shown(first_address(envelope, EnvelopeList::cc)) == "\xc3\xbc|f|x.test");
    CHECK(shown(first_address(envelope, EnvelopeList::bcc)) == "none");
    CHECK(shown(first_address(printed("Subject: x"), EnvelopeList::from)) == "none");
}

TEST_CASE("a printed envelope that is cut or damaged gives an address or none", "[mail][envelope]") {
    const auto envelope = printed("Subject: \xff\r\nFrom: b@y.test\r\nTo: \xc3\xa4 <a@x.test>\r\n");
    const auto whole = shown(first_address(envelope, EnvelopeList::to));
    for (std::size_t length = 0; length <= envelope.size(); ++length) {
        const auto found = shown(first_address(std::string_view(envelope).substr(0, length), EnvelopeList::to));
        CHECK((found == "none" || found == whole));
    }
    for (const std::string_view text :
         {"", "(", "(NIL NIL {99}\r\nx", "(NIL NIL ({1}", "(NIL NIL ((\"\\", "({4294967296}\r\n"}) {
        CHECK(shown(first_address(text, EnvelopeList::from)) == "none");
    }
}
