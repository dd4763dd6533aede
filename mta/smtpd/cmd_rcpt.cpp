#include <algorithm>

#include "mta/smtpd/commands.h"

namespace helio::mta {
namespace {

std::optional<smtp::Reply> refuse_parameters(const smtp::RcptParameters& parameters) {
    if (auto refusal = smtp::refuse_others(parameters.others)) return refusal;
    if (parameters.notify.given || !parameters.orcpt.empty()) {
        return smtp::reply(555, {5, 5, 4}, "DSN parameters not supported");
    }
    return std::nullopt;
}

bool may_relay(const Session& session) {
    if (session.settings().role == Role::submission) return session.user() != nullptr;
    return net::contains(session.settings().relay_from, session.connection().client.address);
}

smtp::Reply refuse(Session& session, const mail::Address& recipient, smtp::Reply reply) {
    session.services().metrics.recipients_refused.add();
    session.services().log.info("mta.rcpt_refused", {{"session", session.connection().id},
                                                     {"id", session.transaction()->id},
                                                     {"from", session.transaction()->mail.reverse_path.to_string()},
                                                     {"to", recipient.to_string()},
                                                     {"reply", smtp::one_line(reply)}});
    return reply;
}

// The same folder of a user twice is one delivery (RFC 5321 §4.1.1.3 leaves it to us).
void add(Transaction& transaction, Recipient recipient) {
    const auto same = [&](const Recipient& other) {
        return other.destination == recipient.destination && other.next_address == recipient.next_address &&
               other.folder == recipient.folder;
    };
    if (std::any_of(transaction.recipients.begin(), transaction.recipients.end(), same)) return;
    transaction.recipients.push_back(std::move(recipient));
}

}  // namespace

Task<Answer> cmd_rcpt(Session& session, std::string_view argument) {
    auto& transaction = *session.transaction();
    auto rcpt = smtp::parse_rcpt(argument, transaction.mail.parameters.smtputf8);
    if (!rcpt) co_return std::move(rcpt.error());
    if (auto refusal = refuse_parameters(rcpt->parameters)) co_return std::move(*refusal);
    if (transaction.recipients.size() >= session.settings().recipients) {
        co_return smtp::reply(452, {4, 5, 3}, "too many recipients, send the rest in another message");
    }
    auto route = co_await session.services().router.route(rcpt->recipient);
    if (route.kind == Route::Kind::refused) co_return refuse(session, rcpt->recipient, std::move(route.reply));
    if (route.kind == Route::Kind::foreign && !may_relay(session)) {
        co_return refuse(session, rcpt->recipient, smtp::reply(550, {5, 7, 1}, "relaying denied"));
    }
    add(transaction, std::move(route.recipient));
    session.set_state(State::recipients);
    co_return smtp::reply(250, {2, 1, 5}, "recipient OK");
}

}  // namespace helio::mta
