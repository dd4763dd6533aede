#include "store/lmtpd/commands.h"

namespace helio::store::lmtp {

/// LHLO (RFC 2033 §4.1).
Task<Answer> cmd_lhlo(LmtpSession& session, std::string_view argument) {
    auto name = smtp::parse_client_name(argument);
    if (!name) co_return name.error();
    session.greet(std::move(*name));
    auto reply = smtp::plain_reply(250, session.config().hostname);
    reply.lines.emplace_back("PIPELINING");
    reply.lines.emplace_back("ENHANCEDSTATUSCODES");
    reply.lines.emplace_back("8BITMIME");
    reply.lines.emplace_back("SMTPUTF8");
    reply.lines.emplace_back("CHUNKING");
    reply.lines.emplace_back("SIZE " + std::to_string(session.config().message_bytes));
    if (session.offers_starttls()) reply.lines.emplace_back("STARTTLS");
    reply.lines.emplace_back(smtp::xdelivery_keyword);
    co_return reply;
}

}  // namespace helio::store::lmtp
