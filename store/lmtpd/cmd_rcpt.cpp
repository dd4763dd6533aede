#include "common/base/text.h"
#include "common/mail/subaddress.h"
#include "store/lmtpd/commands.h"

namespace helio::store::lmtp {
namespace {

/// "user+folder" of a relay that resolves no sub-addresses (RFC 5233): the sender's wish, unless the whole is a user.
void take_folder(LmtpSession& session, std::string_view local_part, AcceptedRecipient& recipient) {
    if (!recipient.delivery.folder.empty()) return;
    const auto split = mail::split_subaddress(local_part, session.config().recipient_delimiter);
    if (!split || session.services().store.find_user(recipient.user)) return;
    recipient.user.erase(split->user.size(), local_part.size() - split->user.size());
    recipient.delivery.folder = split->detail;
    recipient.delivery.posted = true;
}

}  // namespace

/// RCPT (RFC 5321 §4.1.1.3). The relay has resolved everything: the address is uid@canonical-domain, and the XDELIVERY
/// parameters say the rest (common/smtp/xdelivery.h).
Task<Answer> cmd_rcpt(LmtpSession& session, std::string_view argument) {
    auto& transaction = *session.transaction();
    auto command = smtp::parse_rcpt(argument, transaction.mail.parameters.smtputf8);
    if (!command) co_return command.error();
    if (command->recipient.domain().empty()) co_return smtp::reply(553, {5, 1, 3}, "a recipient needs its domain");
    if (transaction.recipients.size() >= session.config().recipients) {
        co_return smtp::reply(452, {4, 5, 3}, "too many recipients in one transaction");
    }
    AcceptedRecipient recipient;
    std::vector<smtp::Parameter> others;
    for (auto& parameter : command->parameters.others) {
        if (!smtp::is_xdelivery_parameter(parameter.keyword)) {
            others.push_back(std::move(parameter));
            continue;
        }
        const auto parsed = smtp::parse_xdelivery_parameter(parameter.keyword, parameter.value, recipient.delivery);
        if (!parsed) co_return smtp::reply(501, {5, 5, 4}, "bad value of " + parameter.keyword);
    }
    if (auto refusal = smtp::refuse_others(others)) co_return std::move(*refusal);
    recipient.user = base::to_lower(command->recipient.local_part()) + "@" + command->recipient.domain();
    take_folder(session, command->recipient.local_part(), recipient);
    if (auto* quotas = session.services().quotas) {
        recipient.quota = quotas->look_up(recipient.user).value_or(KnownQuota{});
    }
    auto& limits = recipient.quota.limits;
    if (!limits.bytes) limits.bytes = recipient.delivery.quota_bytes;
    if (!limits.messages) limits.messages = recipient.delivery.quota_messages;
    recipient.address = std::move(command->recipient);
    transaction.recipients.push_back(std::move(recipient));
    session.set_state(State::recipients);
    co_return smtp::reply(250, {2, 1, 5}, "ok");
}

}  // namespace helio::store::lmtp
