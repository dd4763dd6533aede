#include "common/imap/response.h"

#include "common/imap/print.h"
#include "tests/support/catch.h"

using namespace helio::imap;

TEST_CASE("strings take the form that holds them", "[imap]") {
    const auto astring = [](std::string_view text) {
        std::string out;
        print_astring(out, text);
        return out;
    };
    CHECK(astring("abc") == "abc");
    CHECK(astring("") == "\"\"");
    CHECK(astring("NIL") == "\"NIL\"");
    CHECK(astring("a b") == "\"a b\"");
    CHECK(astring("a\"\\") == "\"a\\\"\\\\\"");
    CHECK(astring("a\r\nb") == "{4}\r\na\r\nb");
    CHECK(astring("\xc3\xa9") == "{2}\r\n\xc3\xa9");
    CHECK(astring("a]") == "a]");
    CHECK(astring("a%") == "\"a%\"");
}

TEST_CASE("status lines can't be broken by their text", "[imap]") {
    std::string out;
    print_status_response(out, "a1", Status::no, code::unavailable, "x\r\n* OK y");
    CHECK(out == "a1 NO [UNAVAILABLE] x  * OK y\r\n");
    out.clear();
    print_status_response(out, "*", Status::ok, "", "ready");
    CHECK(out == "* OK ready\r\n");
}

TEST_CASE("LIST and STATUS lines", "[imap]") {
    std::string out;
    print_list(out, {.attributes = {"\\HasNoChildren", "\\Sent"}, .name = "Sent Items"}, false);
    print_list(out, {.word = "LSUB", .attributes = {"\\Noselect"}, .name = "a"}, false);
    print_list(out, {.attributes = {}, .name = "b", .child_info = true}, true);
    print_list(out, {.attributes = {}, .name = "INBOX", .old_name = "inbox"}, true);
    CHECK(out ==
          "* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent Items\"\r\n"
          "* LSUB (\\Noselect) \"/\" a\r\n"
          "* LIST () \"/\" b (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n"
          "* LIST () \"/\" INBOX (\"OLDNAME\" (inbox))\r\n");
    out.clear();
    StatusValues values;
    values.messages = 3;
    values.uid_next = 17;
    values.mailbox_id = "F1";
    print_status(out, "x", status_messages | status_uidnext | status_mailboxid, values, false);
    CHECK(out == "* STATUS x (MESSAGES 3 UIDNEXT 17 MAILBOXID (F1))\r\n");
}

TEST_CASE("answers on access control lists", "[imap]") {
    std::string out;
    print_acl(out, "a b", {{"anyone", "lr"}, {"-bob", ""}}, false);
    print_list_rights(out, "INBOX", "bob", "", {"l", "r"}, false);
    print_my_rights(out, "\xc3\xbc", "lr", true);
    CHECK(out ==
          "* ACL \"a b\" anyone lr -bob \"\"\r\n"
          "* LISTRIGHTS INBOX bob \"\" l r\r\n"
          "* MYRIGHTS \"\xc3\xbc\" lr\r\n");
}

TEST_CASE("search answers", "[imap]") {
    NumberSet found({{2, 3}, {9, 9}});
    std::string out;
    print_search_response(out, found, std::nullopt);
    print_search_response(out, found, 17);
    print_search_response(out, {}, 17);
    print_esearch(out, {.tag = "a1", .uid = true, .options = 15, .found = found, .modseq = {}});
    print_esearch(out, {.tag = "a1", .uid = false, .options = 15, .found = {}, .modseq = 4});
    CHECK(out ==
          "* SEARCH 2 3 9\r\n"
          "* SEARCH 2 3 9 (MODSEQ 17)\r\n"
          "* SEARCH\r\n"
          "* ESEARCH (TAG \"a1\") UID MIN 2 MAX 9 ALL 2:3,9 COUNT 3\r\n"
          "* ESEARCH (TAG \"a1\") COUNT 0\r\n");
}

TEST_CASE("an ordered set keeps its order and joins what ascends", "[imap]") {
    const auto printed = [](const std::vector<std::uint32_t>& numbers) {
        std::string out;
        print_ordered_set(out, numbers);
        return out;
    };
    CHECK(printed({}).empty());
    CHECK(printed({7}) == "7");
    CHECK(printed({7, 8, 9, 3, 2, 1, 4, 5}) == "7:9,3,2,1,4:5");
    CHECK(printed({4294967295, 1}) == "4294967295,1");
}
