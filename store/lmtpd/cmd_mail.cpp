#include "store/lmtpd/commands.h"

namespace helio::store::lmtp {

/// MAIL (RFC 5321 §4.1.1.2) from a trusted relay, with SIZE (RFC 1870), BODY and SMTPUTF8.
Task<Answer> cmd_mail(LmtpSession& session, std::string_view argument) {
    if (!session.is_trusted()) {
        const bool may_help = session.offers_starttls();
        session.services().log.info("lmtp.refused", {{"session", session.connection().id},
                                                     {"client", session.connection().client.to_string()},
                                                     {"tls", session.wire().is_tls()}});
        co_return may_help ? smtp::reply(530, {5, 7, 0}, "STARTTLS with a listed certificate first")
                           : smtp::reply(550, {5, 7, 1}, "this client is not listed for LMTP");
    }
    auto command = smtp::parse_mail(argument);
    if (!command) co_return command.error();
    const auto& parameters = command->parameters;
    if (auto refusal = smtp::refuse_others(parameters.others)) co_return std::move(*refusal);
    if (parameters.body == smtp::Body::binary_mime) co_return smtp::reply(504, {5, 6, 1}, "BINARYMIME is not offered");
    if (parameters.size.value_or(0) > session.config().message_bytes) {
        co_return smtp::reply(552, {5, 3, 4}, "message too big");
    }
    session.begin(std::move(*command));
    co_return smtp::reply(250, {2, 1, 0}, "ok");
}

}  // namespace helio::store::lmtp
