// TOP (RFC 1939 §7): the header and the first lines of the body.
#include <limits>

#include "common/base/text.h"
#include "store/popd/send_message.h"

namespace helio::store {

Task<> cmd_top(PopSession& session, std::string argument) {
    const auto words = pop::words_of(argument);
    // More lines than a number holds are all lines.
    const bool is_number = words[1].find_first_not_of("0123456789") == std::string_view::npos;
    const auto lines = is_number ? base::parse_number(words[1]).value_or(std::numeric_limits<std::uint64_t>::max())
                                 : std::optional<std::uint64_t>();
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
