// Any lines are a reply or an error; what is a reply prints to lines that give the same reply.
#include "common/base/text.h"
#include "common/smtp/capabilities.h"
#include "common/smtp/reply.h"
#include "tests/support/fuzz/target.h"

using namespace helio;

FUZZ_TARGET(smtp_reply) {
    smtp::ReplyReader reader;
    for (const auto line : base::split(input, '\n')) {
        const auto step = reader.feed(line);
        if (!step) return;
        if (!*step) continue;
        (void)smtp::Capabilities(**step);
        (void)smtp::one_line(**step);
        const auto printed = smtp::print(**step);
        smtp::ReplyReader again;
        std::optional<smtp::Reply> reply;
        std::size_t at = 0;
        while (at < printed.size()) {
            const auto end = printed.find("\r\n", at);
            FUZZ_CHECK(end != printed.npos && !reply);
            auto fed = again.feed(std::string_view(printed).substr(at, end - at));
            FUZZ_CHECK(fed.has_value());
            reply = *fed;
            at = end + 2;
        }
        FUZZ_CHECK(reply && reply->code == (*step)->code && reply->lines.size() == (*step)->lines.size());
    }
}
