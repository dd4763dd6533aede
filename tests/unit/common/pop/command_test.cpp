#include "common/pop/command.h"

#include "common/pop/language.h"
#include "tests/support/catch.h"

using namespace helio;
using namespace std::literals;

TEST_CASE("a POP3 command line is a keyword and the rest", "[pop]") {
    struct Row {
        std::string line, keyword, argument;
    };
    const auto row = GENERATE(values<Row>({{"QUIT", "QUIT", ""},
                                           {"quit", "QUIT", ""},
                                           {"USER alice", "USER", "alice"},
                                           {"PASS  a b ", "PASS", " a b "},
                                           {"TOP 1 0", "TOP", "1 0"},
                                           {"RETR ", "RETR", ""},
                                           {"utf8", "UTF8", ""},
                                           {"XCLIENT A=1 B=2", "XCLIENT", "A=1 B=2"}}));
    const auto command = pop::parse_command(row.line);
    REQUIRE(command);
    CHECK(command->keyword == row.keyword);
    CHECK(command->argument == row.argument);
}

TEST_CASE("what is no POP3 command line is refused", "[pop]") {
    const auto line = GENERATE(""s, " STAT"s, "US1R x"s, "USER\tx"s, "USER x\0"s, "RETR 1\r"s, "\xff\xfe\xfd"s, "123"s,
                               "VERYLONGKEYWORD"s, "ABCDEFGHIJKLM"s);
    CHECK_FALSE(pop::parse_command(line));
    CHECK(pop::parse_command("ABCDEFGHIJKL"));
}

TEST_CASE("words of a POP3 argument stand between runs of spaces", "[pop]") {
    CHECK(pop::words_of("  1   2 ") == std::vector<std::string_view>{"1", "2"});
    CHECK(pop::words_of("   ").empty());
}

TEST_CASE("LANG knows English and the default", "[pop]") {
    CHECK(pop::answer_lang("") == "+OK Language listing follows:\r\ni-default Default\r\nen English\r\n.\r\n");
    CHECK(pop::answer_lang("EN-gb") == "+OK en Language is English\r\n");
    CHECK(pop::answer_lang("*") == "+OK i-default Language is the default\r\n");
    CHECK(pop::answer_lang("fr") == "-ERR No such language\r\n");
    CHECK(pop::answer_lang("en fr").starts_with("-ERR"));
}
