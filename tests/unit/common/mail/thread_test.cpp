#include "common/mail/thread.h"

#include "tests/support/catch.h"

using namespace helio::mail;

namespace {

struct Row {
    std::uint32_t number;
    std::int64_t date;
    std::string id;
    std::vector<std::string> ancestors;
    std::string subject = "s";
    bool reply = false;
    std::optional<std::int64_t> arrived = std::nullopt;  ///< else with its date
};

std::string threads(ThreadAlgorithm algorithm, const std::vector<Row>& rows) {
    ThreadBuilder builder(algorithm);
    for (const auto& row : rows) {
        builder.add({.number = row.number,
                     .date = row.date,
                     .arrived = row.arrived.value_or(row.date),
                     .message_id = row.id,
                     .ancestors = row.ancestors,
                     .subject = row.subject,
                     .is_reply_or_forward = row.reply});
    }
    const auto forest = builder.finish();
    std::string out;
    for (const auto top : forest.nodes.front().children) forest.print(out, top);
    return out;
}

std::string references(const std::vector<Row>& rows) { return threads(ThreadAlgorithm::references, rows); }
std::string refs(const std::vector<Row>& rows) { return threads(ThreadAlgorithm::refs, rows); }
std::string ordered_subject(const std::vector<Row>& rows) { return threads(ThreadAlgorithm::ordered_subject, rows); }

}  // namespace

TEST_CASE("ORDEREDSUBJECT puts all of a subject below its first", "[mail][thread]") {
    CHECK(ordered_subject({}).empty());
    CHECK(ordered_subject({{1, 5, "", {}, "a"}}) == "(1)");
    CHECK(ordered_subject({{1, 5, "", {}, "a"}, {2, 4, "", {}, "b"}, {3, 6, "", {}, "a"}}) == "(2)(1 3)");
    CHECK(ordered_subject({{1, 5, "", {}, "a"}, {2, 7, "", {}, "a"}, {3, 6, "", {}, "a"}}) == "(1 (3)(2))");
    CHECK(ordered_subject({{1, 5, "", {}, "a"}, {2, 5, "", {}, "a"}, {3, 5, "", {}, "b"}}) == "(1 2)(3)");
}

TEST_CASE("REFERENCES builds trees by message ids", "[mail][thread]") {
    CHECK(references({}).empty());
    // a chain, whatever the order of the messages
    CHECK(references({{1, 3, "c", {"a", "b"}}, {2, 2, "b", {"a"}}, {3, 1, "a", {}}}) == "(3 2 1)");
    // siblings by date, then by number
    CHECK(references({{1, 1, "a", {}}, {2, 9, "b", {"a"}}, {3, 4, "c", {"a"}}, {4, 4, "d", {"a"}}}) == "(1 (3)(4)(2))");
    // the RFC's example of nesting
    CHECK(references({{2, 1, "2", {}},
                      {3, 2, "3", {}, "x"},
                      {6, 3, "6", {"3"}, "x"},
                      {4, 4, "4", {"6"}, "x"},
                      {23, 5, "23", {"4"}, "x"},
                      {44, 6, "44", {"6"}, "x"},
                      {7, 7, "7", {"44"}, "x"},
                      {96, 8, "96", {"7"}, "x"}}) == "(2)(3 6 (4 23)(44 7 96))");
    // threads by the date of their first message
    CHECK(references({{1, 9, "a", {}, ""}, {2, 1, "b", {}, ""}, {3, 10, "c", {"b"}, ""}}) == "(2 3)(1)");
}

TEST_CASE("REFERENCES leaves out messages that are not there", "[mail][thread]") {
    // one child of a missing message stands for itself
    CHECK(references({{1, 1, "b", {"gone"}}}) == "(1)");
    CHECK(references({{1, 1, "b", {"gone", "gone2", "gone3"}}}) == "(1)");
    // several are held together by it
    CHECK(references({{1, 1, "b", {"gone"}}, {2, 2, "c", {"gone"}}}) == "((1)(2))");
    CHECK(references({{1, 1, "b", {"g1", "g2"}}, {2, 2, "c", {"g1", "g3"}}}) == "((1)(2))");
    // a missing one in the middle is skipped
    CHECK(references({{1, 1, "a", {}}, {2, 2, "c", {"a", "gone"}}, {3, 3, "d", {"a", "gone"}}}) == "(1 (2)(3))");
    // a group without its head is sorted by its first message
    CHECK(references({{1, 5, "b", {"g"}, ""}, {2, 3, "c", {"g"}, ""}, {3, 4, "x", {}, ""}}) == "((2)(1))(3)");
}

TEST_CASE("REFERENCES survives loops, doubles and contradictions", "[mail][thread]") {
    CHECK(references({{1, 1, "a", {"b"}, ""}, {2, 2, "b", {"a"}, ""}}) == "(2 1)");
    CHECK(references({{1, 1, "a", {"a"}, ""}}) == "(1)");
    CHECK(references({{1, 1, "a", {"b", "a", "b"}, ""}, {2, 2, "b", {}, ""}}) == "(2 1)");
    // of two messages with one id, the first has it
    CHECK(references({{1, 1, "a", {}, ""}, {2, 2, "a", {}, ""}, {3, 3, "b", {"a"}, ""}}) == "(1 3)(2)");
    // the message's own word on its parent counts more than what others say
    CHECK(references({{1, 1, "a", {}, ""}, {2, 2, "b", {}, ""}, {3, 4, "d", {"a", "c"}, ""}, {4, 3, "c", {"b"}, ""}}) ==
          "(1)(2 4 3)");
    // even when it names none (RFC 5256 §3, step 1.B)
    CHECK(references({{1, 1, "c", {"a", "b"}, ""}, {2, 2, "a", {}, ""}, {3, 3, "b", {}, ""}}) == "(2)(3 1)");
    CHECK(refs({{1, 1, "c", {"a", "b"}, ""}, {2, 2, "a", {}, ""}, {3, 3, "b", {}, ""}}) == "(2)(3 1)");
    // messages without ids
    CHECK(references({{1, 1, "", {}, ""}, {2, 2, "", {}, ""}, {3, 3, "", {"x"}, ""}, {4, 4, "", {"x"}, ""}}) ==
          "(1)(2)((3)(4))");
}

TEST_CASE("REFERENCES merges threads of the same subject", "[mail][thread]") {
    // a reply below the original, wherever it stands
    CHECK(references({{1, 1, "a", {}, "s"}, {2, 2, "b", {}, "s", true}}) == "(1 2)");
    CHECK(references({{1, 1, "b", {}, "s", true}, {2, 2, "a", {}, "s"}}) == "(2 1)");
    // two originals, or two replies, side by side
    CHECK(references({{1, 1, "a", {}, "s"}, {2, 2, "b", {}, "s"}}) == "((1)(2))");
    CHECK(references({{1, 1, "a", {}, "s", true}, {2, 2, "b", {}, "s", true}, {3, 3, "c", {}, "s", true}}) ==
          "((1)(2)(3))");
    // below a missing head
    CHECK(references({{1, 1, "b", {"g"}, "s", true}, {2, 2, "c", {"g"}, "s", true}, {3, 3, "d", {}, "s"}}) ==
          "((1)(2)(3))");
    // two missing heads become one
    CHECK(references(
              {{1, 1, "b", {"g"}, "s"}, {2, 2, "c", {"g"}, "s"}, {3, 3, "d", {"h"}, "s"}, {4, 4, "e", {"h"}, "s"}}) ==
          "((1)(2)(3)(4))");
    // empty subjects are not the same
    CHECK(references({{1, 1, "a", {}, ""}, {2, 2, "b", {}, ""}}) == "(1)(2)");
    // only heads count
    CHECK(references({{1, 1, "a", {}, "s"}, {2, 2, "b", {"a"}, "t"}, {3, 3, "c", {}, "t"}}) == "(1 2)(3)");
}

TEST_CASE("REFS goes by message ids alone, newest thread last", "[mail][thread]") {
    CHECK(refs({{1, 1, "a", {}, "s"}, {2, 2, "b", {}, "s", true}}) == "(1)(2)");
    CHECK(refs({{1, 1, "a", {}}, {2, 2, "b", {}}, {3, 3, "c", {"a"}}}) == "(2)(1 3)");
    CHECK(refs({{1, 1, "b", {"g"}}, {2, 2, "c", {"g"}}}) == "((1)(2))");
    // arrival orders threads, the sent date what is in them
    CHECK(refs({{1, 1, "a", {}, "", false, 9}, {2, 2, "b", {}, "", false, 8}}) == "(2)(1)");
    CHECK(refs({{1, 1, "a", {}, "", false, 1},
                {2, 5, "b", {"a"}, "", false, 2},
                {3, 4, "c", {"a"}, "", false, 3},
                {4, 9, "d", {}, "", false, 2}}) == "(4)(1 (3)(2))");
    CHECK(refs({{1, 5, "b", {"g"}, "", false, 1}, {2, 4, "c", {"g"}, "", false, 2}}) == "((2)(1))");
}

TEST_CASE("a very deep thread is printed and cut where links would cost too much", "[mail][thread]") {
    ThreadBuilder builder(ThreadAlgorithm::refs);
    std::string before;
    constexpr std::uint32_t count = 3 * ThreadBuilder::depth_most;
    for (std::uint32_t i = 1; i <= count; ++i) {
        const std::string id = std::to_string(i);
        std::vector<std::string> ancestors;
        if (!before.empty()) ancestors.push_back(before);
        builder.add({.number = i, .date = i, .message_id = id, .ancestors = ancestors});
        before = id;
    }
    const auto forest = builder.finish();
    std::string out;
    for (const auto top : forest.nodes.front().children) forest.print(out, top);
    CHECK(std::count(out.begin(), out.end(), '(') >= 3);
    CHECK(std::count(out.begin(), out.end(), '(') == std::count(out.begin(), out.end(), ')'));
    CHECK(std::count(out.begin(), out.end(), ' ') + std::count(out.begin(), out.end(), '(') == count);
}
