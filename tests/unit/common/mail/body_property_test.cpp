// Whatever a message holds, ENVELOPE, BODY and BODYSTRUCTURE of it keep to IMAP's grammar.
#include <random>

#include "common/mail/summary.h"
#include "tests/support/body_grammar.h"
#include "tests/support/catch.h"
#include "tests/unit/common/mail/mime_corpus.h"

using namespace helio;
using test::BodyGrammar;

namespace {

bool keeps_to_grammar(const std::string& message) {
    const auto bytes = mail::summarize(message, {.depth = 20, .parts = 50, .header_bytes = 16 * 1024});
    const auto view = mail::SummaryView::open(bytes);
    REQUIRE(view.has_value());
    std::string body;
    view->append_body(body);
    return BodyGrammar::is_envelope(view->envelope()) && BodyGrammar::is_body(view->bodystructure(), true) &&
           BodyGrammar::is_body(body, false);
}

// Changes a message at a few places: bytes go, come twice or are replaced by what parsers stumble over.
std::string damaged(std::string message, std::mt19937& random) {
    static const std::string hostile[] = {"\r\n",
                                          "\n",
                                          "\"",
                                          "\\",
                                          std::string(1, '\0'),
                                          "\x80\xff",
                                          "(",
                                          "{3}\r\n",
                                          "=?utf-8?q?",
                                          ";",
                                          "boundary=x",
                                          ":",
                                          "--",
                                          "<",
                                          ">",
                                          "@",
                                          "NIL",
                                          "*0*=",
                                          "\r\n--x\r\n",
                                          "Content-Type: message/rfc822\r\n\r\n",
                                          "Content-Type: multipart/mixed; boundary=\"\"\r\n",
                                          "Content-Disposition: \r\n",
                                          "Content-Language: ,,\r\n"};
    const auto below = [&random](std::size_t most) {
        return std::uniform_int_distribution<std::size_t>(0, most)(random);
    };
    for (std::size_t i = 0, count = 1 + below(6); i < count; ++i) {
        const auto at = below(message.size());
        const auto length = below(std::min<std::size_t>(20, message.size() - at));
        switch (below(2)) {
            case 0:
                message.erase(at, length);
                break;
            case 1:
                message.insert(at, message.substr(at, length));
                break;
            default:
                message.insert(at, hostile[below(std::size(hostile) - 1)]);
                break;
        }
    }
    return message;
}

}  // namespace

TEST_CASE("the grammar checker tells right from wrong", "[mail][mime]") {
    CHECK(BodyGrammar::is_envelope("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"));
    CHECK(BodyGrammar::is_envelope("(\"d\" {1}\r\n\xff ((\"n\" NIL \"m\" \"h\")) NIL NIL NIL NIL NIL NIL \"<i>\")"));
    CHECK_FALSE(BodyGrammar::is_envelope("(NIL NIL NIL NIL NIL NIL NIL NIL NIL)"));
    CHECK_FALSE(BodyGrammar::is_envelope("(\"\xff\" NIL NIL NIL NIL NIL NIL NIL NIL NIL)"));
    CHECK_FALSE(BodyGrammar::is_envelope("(NIL NIL () NIL NIL NIL NIL NIL NIL NIL)"));
    CHECK(BodyGrammar::is_body("(\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1)", false));
    CHECK_FALSE(BodyGrammar::is_body("(\"text\" \"plain\" NIL NIL NIL \"7bit\" 1)", false));
    CHECK_FALSE(BodyGrammar::is_body("(\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1)", true));
    CHECK_FALSE(BodyGrammar::is_body("(\"image\" \"png\" NIL NIL NIL \"7bit\" 1 1)", false));
    CHECK_FALSE(BodyGrammar::is_body("(\"mixed\")", false));
}

TEST_CASE("what IMAP shows of a message keeps to the grammar", "[mail][mime]") {
    for (const auto& sample : test::mime_samples()) {
        CAPTURE(sample.name);
        CHECK(keeps_to_grammar(sample.message));
        CHECK(keeps_to_grammar(test::with_lf(sample.message)));
    }
    std::mt19937 random(20260101);
    for (unsigned seed = 0; seed < 300; ++seed) {
        const auto message = test::random_message(seed);
        CAPTURE(seed);
        CHECK(keeps_to_grammar(message));
        for (int i = 0; i < 5; ++i) {
            const auto hostile = damaged(message, random);
            CAPTURE(hostile);
            CHECK(keeps_to_grammar(hostile));
        }
    }
}
