#include "common/ldap/filter.h"

#include "tests/support/catch.h"

using namespace helio;
using namespace helio::ldap;

TEST_CASE("filter values are escaped as RFC 4515 wants it", "[ldap]") {
    struct Row {
        std::string value;
        std::string escaped;
    };
    const Row rows[] = {
        {"alice", "alice"},
        {"a.b+c_d-e=f&g|h!i<j>k~l", "a.b+c_d-e=f&g|h!i<j>k~l"},
        {"*", "\\2a"},
        {"*)(uid=*", "\\2a\\29\\28uid=\\2a"},
        {"\\00", "\\5c00"},
        {std::string("a\0b", 3), "a\\00b"},
        {"a\r\nb", "a\\0d\\0ab"},
        {"gr\xc3\xbc\xc3\x9f", "gr\\c3\\bc\\c3\\9f"},
        {"\x7f", "\\7f"},
        {"", ""},
    };
    for (const auto& row : rows) CHECK(escape_filter_value(row.value) == row.escaped);
}

TEST_CASE("filters are built from typed parts", "[ldap]") {
    CHECK(Filter::equal(schema::uid, "a*").text() == "(uid=a\\2a)");
    CHECK(Filter::present(schema::mail).text() == "(mail=*)");
    const auto both = Filter::all_of({Filter::equal(schema::uid, "a"), Filter::present(schema::mail)});
    CHECK(both.text() == "(&(uid=a)(mail=*))");
    CHECK(Filter::any_of({both, Filter::equal(schema::mail, "b")}).text() == "(|(&(uid=a)(mail=*))(mail=b))");
}

TEST_CASE("names that no entry can have are not asked for", "[ldap]") {
    CHECK(is_askable("alice"));
    CHECK(is_askable("gr\xc3\xbc\xc3\x9f"));
    CHECK(is_askable(std::string(longest_name_bytes, 'a')));
    CHECK_FALSE(is_askable(std::string(longest_name_bytes + 1, 'a')));
    CHECK_FALSE(is_askable(""));
    CHECK_FALSE(is_askable(std::string("a\0b", 3)));
    CHECK_FALSE(is_askable("a\nb"));
    CHECK_FALSE(is_askable("a\x7f"));
    CHECK_FALSE(is_askable("\xff\xfe"));
}
