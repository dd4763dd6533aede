#include "mta/smtpd/commands.h"

namespace helio::mta {
namespace {

// Only what EHLO announces may be asked for (RFC 5321 §4.1.1.11).
std::optional<smtp::Reply> refuse_parameters(const Session& session, const smtp::MailParameters& parameters) {
    if (auto refusal = smtp::refuse_others(parameters.others)) return refusal;
    if (parameters.ret || !parameters.envid.empty()) return smtp::reply(555, {5, 5, 4}, "DSN parameters not supported");
    if (parameters.body == smtp::Body::binary_mime) return smtp::reply(501, {5, 5, 4}, "BINARYMIME not supported");
    if (parameters.size && *parameters.size > session.settings().message_bytes) {
        return smtp::reply(552, {5, 3, 4}, "message too big");
    }
    return std::nullopt;
}

// RFC 6409 §6.1: a user sends under his own addresses only.
Task<std::optional<smtp::Reply>> refuse_sender(Session& session, mail::Address sender) {
    const auto& user = session.user();
    if (!user) co_return smtp::reply(530, {5, 7, 0}, "authentication required");
    if (sender.is_null()) {
        if (session.settings().null_sender) co_return std::nullopt;
        co_return smtp::reply(550, {5, 7, 1}, "null sender not allowed here");
    }
    const auto home = co_await session.services().directory.find_domain(user->domain);
    if (home.found == ldap::Found::unknown) {
        co_return smtp::reply(451, {4, 4, 3}, "directory not available, try again later");
    }
    if (home.found == ldap::Found::found && user->owns_address(sender.to_string(), *home.value)) {
        co_return std::nullopt;
    }
    co_return smtp::reply(553, {5, 7, 1}, "not your address");
}

}  // namespace

Task<Answer> cmd_mail(Session& session, std::string_view argument) {
    auto mail = smtp::parse_mail(argument);
    if (!mail) co_return std::move(mail.error());
    if (auto refusal = refuse_parameters(session, mail->parameters)) co_return std::move(*refusal);
    if (session.transactions() >= session.settings().transactions) {
        co_return smtp::reply(421, {4, 7, 0}, "too many messages, connect again");
    }
    if (session.settings().role == Role::submission) {
        auto refusal = co_await refuse_sender(session, mail->reverse_path);
        if (refusal) co_return std::move(*refusal);
    }
    const auto reason = session.services().acceptor.not_ready();
    if (!reason.empty()) {
        session.services().log.warning("mta.not_ready", {{"session", session.connection().id}, {"reason", reason}});
        co_return smtp::reply(452, {4, 3, 1}, "no room for mail now, try again later");
    }
    session.begin(std::move(*mail));
    co_return smtp::reply(250, {2, 1, 0}, "sender OK");
}

}  // namespace helio::mta
