#include "mta/smtpd/commands.h"

namespace helio::mta {

Task<Answer> cmd_helo(Session& session, std::string_view argument) {
    auto name = smtp::parse_client_name(argument);
    if (!name) co_return std::move(name.error());
    session.greet(std::move(*name), false);
    co_return smtp::plain_reply(250, session.settings().hostname);
}

}  // namespace helio::mta
