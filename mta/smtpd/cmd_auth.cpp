#include "mta/smtpd/commands.h"

namespace helio::mta {
namespace {

smtp::Reply rejected() { return smtp::reply(535, {5, 7, 8}, "authentication failed"); }

Task<Result<sasl::Turn>> converse(Session& session, auth::Dialogue& dialogue, smtp::AuthCommand command) {
    auto initial = std::move(command.initial_response);
    // The exchange knows the empty response as "=", as the command line has it.
    if (initial && initial->empty()) initial = "=";
    auto turn = co_await dialogue.start(std::move(initial));
    while (turn.outcome == sasl::Outcome::challenge) {
        auto sent = co_await session.send_now(smtp::plain_reply(334, turn.challenge));
        if (!sent) co_return fail(sent.error());
        auto line = co_await session.read_line(sasl::most_response_bytes);
        if (!line) co_return fail(line.error());
        turn = co_await dialogue.respond(std::move(*line));
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
        case auth::Verdict::forbidden:
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
    auto dialogue = session.services().authenticator->begin(command->mechanism, session.peer());
    if (!dialogue) co_return smtp::reply(504, {5, 5, 4}, "unknown mechanism");
    auto turn = co_await converse(session, *dialogue, std::move(*command));
    if (!turn) co_return Answer(std::nullopt, true);
    if (turn->outcome == sasl::Outcome::cancelled) co_return smtp::reply(501, {5, 7, 0}, "authentication cancelled");
    if (turn->outcome == sasl::Outcome::malformed) co_return smtp::reply(501, {5, 5, 2}, "malformed response");
    auto login = co_await dialogue->finish();
    session.log_login(login, dialogue->mechanism());
    co_return by_verdict(session, std::move(login));
}

}  // namespace helio::mta
