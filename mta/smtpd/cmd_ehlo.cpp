#include "mta/smtpd/commands.h"

namespace helio::mta {

Task<Answer> cmd_ehlo(Session& session, std::string_view argument) {
    auto name = smtp::parse_client_name(argument);
    if (!name) co_return std::move(name.error());
    session.greet(std::move(*name), true);
    auto reply = smtp::plain_reply(250, session.settings().hostname);
    reply.lines.push_back("PIPELINING");
    // Not last: GNU SASL's client looks for "250-STARTTLS".
    if (session.offers_starttls()) reply.lines.push_back("STARTTLS");
    reply.lines.insert(reply.lines.end(), {"SIZE " + std::to_string(session.settings().message_bytes), "8BITMIME",
                                           "SMTPUTF8", "ENHANCEDSTATUSCODES", "CHUNKING"});
    if (session.may_auth() && !session.user()) {
        const auto mechanisms = session.services().authenticator->offered(session.peer(), " ");
        if (!mechanisms.empty()) reply.lines.push_back("AUTH" + mechanisms);
    }
    co_return reply;
}

}  // namespace helio::mta
