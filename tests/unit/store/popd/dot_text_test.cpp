#include "store/popd/dot_text.h"

#include "tests/support/catch.h"

using namespace helio::store;

namespace {
std::string sent(std::string_view text, std::size_t piece) {
    DotText dots;
    std::string out;
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) dots.feed(text.substr(0, piece), out);
    dots.finish(out);
    return out;
}
std::string top(std::string_view text, std::uint64_t lines, std::size_t piece) {
    TopCut cut(lines);
    std::string out;
    for (; !text.empty() && !cut.done(); text.remove_prefix(std::min(piece, text.size()))) {
        const auto next = text.substr(0, piece);
        out += next.substr(0, cut.take(next));
    }
    return out;
}
}  // namespace

TEST_CASE("a message is dot-stuffed and ends with a dot line, however it is cut", "[store][pop3]") {
    struct Row {
        std::string_view text;
        std::string_view sent;
    };
    const auto row = GENERATE(values<Row>({
        {"a\r\nb\r\n", "a\r\nb\r\n.\r\n"},
        {"", ".\r\n"},
        {"no end", "no end\r\n.\r\n"},
        {"cut\r", "cut\r\n.\r\n"},
        {".\r\n..\r\n.a\r\n", "..\r\n...\r\n..a\r\n.\r\n"},
        {"lf\n.only\n", "lf\r\n..only\r\n.\r\n"},
        {"mixed\r\n\n\r\n", "mixed\r\n\r\n\r\n.\r\n"},
        {"a\rb.\r\n", "a\rb.\r\n.\r\n"},
    }));
    CAPTURE(row.text);
    for (std::size_t piece = 1; piece <= row.text.size() + 1; ++piece) CHECK(sent(row.text, piece) == row.sent);
}

TEST_CASE("TOP ends behind the header and so many lines", "[store][pop3]") {
    const std::string_view message = "A: 1\r\nB: 2\r\n\r\none\r\n\r\nthree\r\n";
    for (std::size_t piece = 1; piece <= message.size(); ++piece) {
        CAPTURE(piece);
        CHECK(top(message, 0, piece) == "A: 1\r\nB: 2\r\n\r\n");
        CHECK(top(message, 1, piece) == "A: 1\r\nB: 2\r\n\r\none\r\n");
        CHECK(top(message, 2, piece) == "A: 1\r\nB: 2\r\n\r\none\r\n\r\n");
        CHECK(top(message, 99, piece) == message);
        CHECK(top("A: 1\n\nx\ny\n", 1, piece) == "A: 1\n\nx\n");
        CHECK(top("A: 1", 5, piece) == "A: 1");
    }
}
