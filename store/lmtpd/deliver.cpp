#include "store/lmtpd/deliver.h"

#include "common/base/text.h"
#include "common/mail/trace.h"
#include "common/storage/errc.h"

namespace helio::store::lmtp {
namespace {

/// Return-Path, Received and, where there is one recipient only (all share one body), Delivered-To.
std::string trace_fields(LmtpSession& session) {
    const auto& transaction = *session.transaction();
    const auto* tls = session.wire().transport().tls();
    mail::ReceivedField received;
    received.helo = session.client_name();
    received.peer_address = session.connection().client.address.to_string();
    received.by = session.config().hostname;
    received.protocol =
        mail::received_protocol(true, true, tls != nullptr, false, transaction.mail.parameters.smtputf8);
    if (tls != nullptr) received.tls = tls->version + " " + tls->cipher;
    const auto& trace = transaction.recipients.front().delivery.trace_id;
    received.id = trace.empty() ? session.connection().id : trace;
    received.date = {base::unix_seconds(session.services().clock.wall_now()), 0};
    std::string fields = mail::print_return_path(transaction.mail.reverse_path);
    if (transaction.recipients.size() == 1) {
        received.recipient = transaction.recipients.front().address;
        fields += "Delivered-To: " + received.recipient.to_string() + "\r\n";
    }
    return fields + mail::print_received(received);
}

Delivery make_delivery(LmtpSession& session) {
    auto& transaction = *session.transaction();
    transaction.text->set_prefix(trace_fields(session));
    Delivery delivery{transaction.text, std::nullopt, {}};
    delivery.recipients.reserve(transaction.recipients.size());
    for (const auto& recipient : transaction.recipients) {
        const auto& asked = recipient.delivery;
        delivery.recipients.push_back({recipient.user, asked.folder, parse_flag_list(asked.flags), asked.delivery_id,
                                       recipient.quota.limits, asked.ignore_quota, recipient.quota.over, asked.posted});
    }
    return delivery;
}

void count(LmtpMetrics& metrics, const smtp::Reply& reply, bool duplicate) {
    auto& counter = duplicate              ? metrics.duplicates
                    : reply.is_positive()  ? metrics.stored
                    : reply.is_permanent() ? metrics.refused
                                           : metrics.deferred;
    counter.add();
}

void log_outcome(LmtpSession& session, const AcceptedRecipient& recipient, std::uint64_t bytes,
                 const Result<Appended>& result, const smtp::Reply& reply) {
    const bool duplicate = result && result->duplicate;
    count(session.services().metrics, reply, duplicate);
    session.services().log.info("lmtp.delivery",
                                {{"session", session.connection().id},
                                 {"trace", recipient.delivery.trace_id},
                                 {"delivery", recipient.delivery.delivery_id},
                                 {"from", base::printable(session.transaction()->mail.reverse_path.to_string())},
                                 {"user", recipient.user},
                                 {"mailbox", result ? to_object_id(result->mailbox) : std::string()},
                                 {"uid", result ? result->uid.value : 0},
                                 {"bytes", bytes},
                                 {"duplicate", duplicate},
                                 {"reply", smtp::one_line(reply)},
                                 {"error", result ? std::string() : base::printable(to_string(result.error()))}});
}

/// Everybody gets the same answer.
std::vector<smtp::Reply> answer_all(LmtpSession& session, const Error& error) {
    const auto reply = reply_to(error);
    std::vector<smtp::Reply> replies;
    for (const auto& recipient : session.transaction()->recipients) {
        log_outcome(session, recipient, session.transaction()->text_bytes, fail(error), reply);
        replies.push_back(reply);
    }
    session.end_transaction();
    return replies;
}

}  // namespace

smtp::Reply reply_to(const Error& error) {
    if (error.code == errc::over_quota) return smtp::reply(552, {5, 2, 2}, "mailbox is over its quota");
    if (error.code == errc::over_quota_now) {
        return smtp::reply(452, {4, 2, 2}, "mailbox is over its quota; it may have room again later");
    }
    if (error.code == errc::no_permission) return smtp::reply(550, {5, 7, 1}, "not a folder that takes mail");
    if (error.code == errc::too_large) return smtp::reply(552, {5, 3, 4}, "message too big");
    if (error.code == errc::bad_name) return smtp::reply(553, {5, 1, 3}, "not a name of a user");
    if (error.code == errc::too_many_messages) return smtp::reply(452, {4, 2, 2}, "mailbox takes no more messages");
    if (error.code == storage::errc::no_space) return smtp::reply(452, {4, 3, 1}, "no room for this message now");
    return smtp::reply(451, {4, 3, 0}, "temporary failure");
}

void keep(LmtpSession& session, std::string_view text) {
    auto& transaction = *session.transaction();
    transaction.text_bytes += text.size();
    if (transaction.failure || text.empty()) return;
    if (transaction.text_bytes > session.config().message_bytes) {
        transaction.failure = Error{errc::too_large, {}};
    } else if (const auto kept = transaction.text->append(text); !kept) {
        transaction.failure = kept.error();
    }
    if (transaction.failure) transaction.text = std::make_shared<storage::BodySpool>(session.services().spool);
}

Task<Answer> deliver(LmtpSession& session) {
    auto& transaction = *session.transaction();
    if (transaction.failure) {
        const auto failure = *transaction.failure;
        co_return Answer(answer_all(session, failure), false);
    }
    const auto start = std::chrono::steady_clock::now();
    auto delivery = make_delivery(session);
    const auto bytes = delivery.body->size();
    const auto results = co_await session.services().store.deliver(std::move(delivery));
    session.services().metrics.commit.observe(std::chrono::steady_clock::now() - start);
    if (!results) {
        const bool unknown = results.error().code == storage::errc::stopped;
        auto replies = answer_all(session, results.error());
        if (unknown) co_return Answer::hang_up();
        co_return Answer(std::move(replies), false);
    }
    session.services().metrics.bytes.add(bytes);
    std::vector<smtp::Reply> replies;
    replies.reserve(results->size());
    for (std::size_t i = 0; i < results->size(); ++i) {
        const auto& result = (*results)[i];
        const auto& recipient = transaction.recipients[i];
        replies.push_back(!result ? reply_to(result.error())
                          : result->duplicate
                              ? smtp::reply(250, {2, 0, 0}, recipient.address.path() + " delivered before")
                              : smtp::reply(250, {2, 0, 0}, recipient.address.path() + " delivered"));
        log_outcome(session, recipient, bytes, result, replies.back());
    }
    session.end_transaction();
    co_return Answer(std::move(replies), false);
}

}  // namespace helio::store::lmtp
