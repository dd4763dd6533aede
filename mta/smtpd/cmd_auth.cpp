#include "common/sasl/exchange.h"
#include "mta/smtpd/commands.h"

namespace helio::mta {
namespace {

smtp::Reply rejected() { return smtp::reply(535, {5, 7, 8}, "authentication failed"); }

Task<Result<sasl::Turn>> converse(Session& session, sasl::Exchange& exchange, smtp::AuthCommand command) {
    std::optional<std::string_view> initial;
    if (command.initial_response) initial = *command.initial_response;
    // Exchange knows the empty response as "=", as the command line has it.
    if (initial && initial->empty()) initial = "=";
    auto turn = exchange.start(initial);
    while (turn.outcome == sasl::Outcome::challenge) {
        auto sent = co_await session.send_now(smtp::plain_reply(334, turn.challenge));
        if (!sent) co_return fail(sent.error());
        auto line = co_await session.read_line();
        if (!line) co_return fail(line.error());
        turn = exchange.respond(*line);
    }
    co_return turn;
}

Answer by_verdict(Session& session, auth::Login login) {
    switch (login.verdict) {
        case auth::Verdict::ok:
            if (!session.set_user(std::move(login.user))) return smtp::reply(421, {4, 7, 0}, "too many sessions");
            return smtp::reply(235, {2, 7, 0}, "authenticated");
        case auth::Verdict::unavailable:
            return smtp::reply(454, {4, 7, 0}, "authentication not available now");
        case auth::Verdict::rejected:
        case auth::Verdict::throttled:
            break;
    }
    session.services().metrics.auth_failures.add();
    return rejected();
}

}  // namespace

Task<Answer> cmd_auth(Session& session, std::string_view argument) {
    if (session.services().authenticator == nullptr) co_return smtp::reply(502, {5, 5, 1}, "AUTH not available here");
    if (session.user()) co_return smtp::reply(503, {5, 5, 1}, "authenticated already");
    if (!session.may_auth()) co_return smtp::reply(538, {5, 7, 11}, "use STARTTLS first");
    auto command = smtp::parse_auth(argument);
    if (!command) co_return std::move(command.error());
    const auto& mechanism = command->mechanism;
    if (mechanism != "PLAIN" && mechanism != "LOGIN") co_return smtp::reply(504, {5, 5, 4}, "unknown mechanism");
    auto exchange = sasl::Exchange::begin(mechanism);
    if (!exchange) co_return smtp::reply(504, {5, 5, 4}, "unknown mechanism");
    auto turn = co_await converse(session, *exchange, std::move(*command));
    if (!turn) co_return Answer(std::nullopt, true);
    if (turn->outcome == sasl::Outcome::cancelled) co_return smtp::reply(501, {5, 7, 0}, "authentication cancelled");
    if (turn->outcome == sasl::Outcome::malformed) co_return smtp::reply(501, {5, 5, 2}, "malformed response");
    auto credentials = exchange->take_credentials();
    const auto& who = credentials.authorization_id;
    if (!who.empty() && who != credentials.authentication_id) co_return rejected();
    auto& authenticator = *session.services().authenticator;
    auto login = co_await authenticator.login(credentials.authentication_id, std::move(credentials.password),
                                              session.connection().client.address, "smtp");
    co_return by_verdict(session, std::move(login));
}

}  // namespace helio::mta
