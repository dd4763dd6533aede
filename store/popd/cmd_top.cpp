// TOP (RFC 1939 §7): the header and the first lines of the body.
#include "common/base/text.h"
#include "store/popd/send_message.h"

namespace helio::store {

Task<> cmd_top(PopSession& session, std::string argument) {
    const auto words = pop_words(argument);
    const auto lines = base::parse_number(words[1]);
    if (!lines) {
        session.bad("Bad number of lines");
        co_return;
    }
    const auto body = open_message(session, session.maildrop().find(words[0]));
    if (!body) co_return;
    session.ok("Top of the message follows");
    TopCut cut(*lines);
    co_await send_message(session, *body, &cut);
}

}  // namespace helio::store
