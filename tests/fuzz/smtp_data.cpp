// Any cut of the input gives the same message and end; what is stuffed reads back and holds one end of data only.
#include "common/smtp/data_reader.h"
#include "common/smtp/dot_stuffer.h"
#include "tests/support/fuzz/target.h"

using namespace helio;

namespace {

struct Outcome {
    std::string text;
    std::size_t consumed = 0;
    bool complete = false;
    bool dirty = false;
    bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes, std::size_t step) {
    smtp::DataReader reader;
    Outcome outcome;
    while (outcome.consumed < bytes.size() && !reader.complete()) {
        outcome.consumed += reader.feed(bytes.substr(outcome.consumed, step), outcome.text).consumed;
    }
    outcome.complete = reader.complete();
    outcome.dirty = reader.dirty();
    return outcome;
}

}  // namespace

FUZZ_TARGET(smtp_data) {
    const auto whole = read(input, input.size() + 1);
    FUZZ_CHECK(read(input, 1) == whole);
    FUZZ_CHECK(read(input, 3) == whole);
    const auto end = input.substr(0, whole.consumed).find("\r\n.\r\n");
    if (whole.complete && !input.starts_with(".\r\n")) FUZZ_CHECK(end != input.npos && end + 5 == whole.consumed);

    std::string wire;
    smtp::DotStuffer stuffer;
    stuffer.feed(whole.text, wire);
    stuffer.finish(wire);
    const auto back = read(wire, 2);
    FUZZ_CHECK(back.complete && !back.dirty && back.consumed == wire.size());
    FUZZ_CHECK(back.text.starts_with(whole.text));
}
