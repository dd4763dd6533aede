#include "common/mail/message_id.h"

#include "tests/support/catch.h"

using namespace helio::mail;

namespace {

std::vector<std::string> all(std::string_view text) {
    std::vector<std::string> ids;
    while (auto id = next_message_id(text)) ids.push_back(*id);
    return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("message ids are read without comments, folds and quoting", "[mail][thread]") {
    CHECK(all("") == Ids{});
    CHECK(all("<a@b>") == Ids{"a@b"});
    CHECK(all("<a@b><c@d>\r\n\t<e@f>") == Ids{"a@b", "c@d", "e@f"});
    CHECK(all("text <a@b> text") == Ids{"a@b"});
    CHECK(all("<\"01KF8JCEOCBS0045PS\"@xxx.yyy.com>") == Ids{"01KF8JCEOCBS0045PS@xxx.yyy.com"});
    CHECK(all("<\"a\\\"b\"@c>") == Ids{"a\"b@c"});
    CHECK(all("<\"a>b\"@c>") == Ids{"a>b@c"});
    CHECK(all("< a (x (y) \\) >)@ b\r\n >") == Ids{"a@b"});
    CHECK(all("<no-at-sign>") == Ids{"no-at-sign"});
    CHECK(all("<>") == Ids{});
    CHECK(all("<a@b") == Ids{});
    CHECK(all("<a@b <c@d>") == Ids{"c@d"});
    CHECK(all("<\"a") == Ids{});
    CHECK(all("<A@B> <a@b>") == Ids{"A@B", "a@b"});
    CHECK(all("<" + std::string(message_id_most, 'x') + ">").size() == 1);
    CHECK(all("<" + std::string(message_id_most + 1, 'x') + "> <a@b>") == Ids{"a@b"});
}

TEST_CASE("ancestors are the references, else the first message id replied to", "[mail][thread]") {
    CHECK(ancestors("<a@b> <c@d>", "<e@f>") == Ids{"a@b", "c@d"});
    CHECK(ancestors("nonsense", "Your message of <e@f> <g@h>") == Ids{"e@f"});
    CHECK(ancestors("", "").empty());
    CHECK(ancestors("<1@x><2@x><3@x><4@x>", "", 3) == Ids{"1@x", "3@x", "4@x"});
    CHECK(ancestors("<1@x><2@x><3@x>", "", 3) == Ids{"1@x", "2@x", "3@x"});
}

TEST_CASE("every beginning of a text has its ids", "[mail][thread]") {
    const std::string text = "<a@b> (c <x) <\"d\\>\"@e> <f@g";
    std::size_t before = 0;
    for (std::size_t length = 0; length <= text.size(); ++length) {
        const auto count = all(text.substr(0, length)).size();
        CHECK(count >= before);
        before = count;
    }
    CHECK(all(text) == Ids{"a@b", "d>@e"});
}
