// Every message that is put into threads comes out once, whatever ids and subjects it has: one message a line, whose
// words are its message id and its ancestors'; an upper-case first letter makes it a reply.
#include <algorithm>
#include <set>

#include "common/base/text.h"
#include "common/mail/message_id.h"
#include "common/mail/thread.h"
#include "tests/support/fuzz/target.h"

namespace {

void check(helio::mail::ThreadAlgorithm algorithm, std::string_view input) {
    using namespace helio;
    mail::ThreadBuilder builder(algorithm);
    std::uint32_t count = 0;
    for (const auto line : base::split(input, '\n')) {
        std::string_view rest = line;
        const auto id = mail::next_message_id(rest).value_or("");
        mail::ThreadMessage message{.number = ++count};
        message.date = static_cast<std::int64_t>(line.size() % 7);
        message.message_id = id;
        message.ancestors = mail::ancestors(rest, "");
        message.subject = line.substr(0, line.size() % 3);
        message.is_reply_or_forward = !line.empty() && line.front() >= 'A' && line.front() <= 'Z';
        builder.add(message);
    }
    const auto forest = builder.finish();
    std::string out;
    for (const auto top : forest.nodes.front().children) forest.print(out, top);
    std::multiset<std::uint32_t> numbers;
    std::uint32_t number = 0;
    for (const char c : out) {
        if (c >= '0' && c <= '9') {
            number = number * 10 + static_cast<std::uint32_t>(c - '0');
        } else {
            if (number != 0) numbers.insert(number);
            number = 0;
        }
    }
    FUZZ_CHECK(numbers.size() == count);
    for (std::uint32_t i = 1; i <= count; ++i) FUZZ_CHECK(numbers.count(i) == 1);
    FUZZ_CHECK(std::count(out.begin(), out.end(), '(') == std::count(out.begin(), out.end(), ')'));
    FUZZ_CHECK(out.find("()") == std::string::npos && out.find("  ") == std::string::npos);
}

}  // namespace

FUZZ_TARGET(mail_thread) {
    check(helio::mail::ThreadAlgorithm::references, input);
    check(helio::mail::ThreadAlgorithm::refs, input);
    check(helio::mail::ThreadAlgorithm::ordered_subject, input);
}
