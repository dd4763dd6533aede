#include "common/mail/header.h"

#include <vector>

#include "tests/support/catch.h"

using namespace helio::mail;

namespace {
std::vector<std::string> names(std::string_view block, HeaderLimits limits = {}) {
    std::vector<std::string> found;
    HeaderReader reader(block, limits);
    while (const auto field = reader.next()) found.emplace_back(field->name);
    return found;
}
}  // namespace

TEST_CASE("fields come in order with their folds, whatever the line ends", "[mail][header]") {
    const std::string_view block =
        "From: a@x.test\r\nSubject: one\r\n two\r\n\tthree\r\nTo : b\nX-Empty:\r\n\r\nbody: no\r\n";
    HeaderReader reader(block);
    auto field = reader.next();
    CHECK(field->name == "From");
    CHECK(field->value == " a@x.test");
    CHECK(field->text == "From: a@x.test\r\n");
    CHECK(field->offset == 0);
    field = reader.next();
    CHECK(field->name == "Subject");
    CHECK(field->value == " one\r\n two\r\n\tthree");
    CHECK(unfold(field->value) == "one two\tthree");
    field = reader.next();
    CHECK(field->name == "To");
    CHECK(field->value == " b");
    field = reader.next();
    CHECK(field->name == "X-Empty");
    CHECK(unfold(field->value).empty());
    CHECK_FALSE(reader.next().has_value());
    CHECK(block.substr(reader.body_offset()) == "body: no\r\n");
    CHECK(header_length(block) == reader.body_offset());
}

TEST_CASE("lines that are no fields are passed with an empty name", "[mail][header]") {
    CHECK(names("From alice Sat Nov 21 21:35:34\nA: 1\nbroken\n : x\nB: 2\n: y\nC\x80: 3\n") ==
          std::vector<std::string>{"", "A", "", "B", "", ""});
    CHECK(names(" folded first\r\nA: 1\r\n") == std::vector<std::string>{"", "A"});
    CHECK(names("").empty());
    CHECK(names("\r\nA: 1\r\n").empty());
    CHECK(names("A: 1") == std::vector<std::string>{"A"});
}

TEST_CASE("the reader stops at its limits", "[mail][header]") {
    CHECK(names("A: 1\r\nB: 2\r\nC: 3\r\n", {.fields = 2}).size() == 2);
    CHECK(names("A: 1\r\nB: 2\r\nC: 3\r\n", {.block_bytes = 12}).size() == 2);
}

TEST_CASE("a field is found in any case, the first one counts", "[mail][header]") {
    const std::string_view block = "subject: first\r\n line\r\nSubject: second\r\n\r\nX: body\r\n";
    CHECK(find_field(block, "SUBJECT") == "first line");
    CHECK_FALSE(find_field(block, "X").has_value());
}
