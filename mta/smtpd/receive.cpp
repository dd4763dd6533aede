#include "mta/smtpd/receive.h"

#include "common/storage/errc.h"
#include "mta/smtpd/trace_header.h"

namespace helio::mta {
namespace {

smtp::Reply storage_reply(const Error& error) {
    if (error.code == storage::errc::no_space) return smtp::reply(452, {4, 3, 1}, "no room for this message now");
    return smtp::reply(451, {4, 3, 0}, "temporary failure");
}

std::optional<smtp::Reply> find_failure(Session& session, bool dirty) {
    auto& transaction = *session.transaction();
    if (transaction.failure) return transaction.failure;
    if (dirty && session.settings().bare_newlines == smtp::BareNewlines::refuse) {
        return smtp::reply(554, {5, 6, 0}, "bare CR, bare LF or NUL in the message; lines must end in CRLF");
    }
    if (transaction.header.received() > session.settings().hops) {
        return smtp::reply(554, {5, 4, 6}, "too many hops, this message loops");
    }
    return std::nullopt;
}

std::string fields_on_top(Session& session, std::int64_t now) {
    auto& transaction = *session.transaction();
    TraceInfo info{session.client_name(),
                   session.connection().client.address,
                   session.settings().hostname,
                   transaction.id,
                   session.is_esmtp(),
                   session.user() != nullptr,
                   transaction.mail.parameters.smtputf8,
                   session.wire().transport().tls(),
                   {},
                   now};
    if (transaction.recipients.size() == 1) info.recipient = transaction.recipients.front().address.to_string();
    auto fields = received_field(info);
    if (session.settings().role == Role::submission) {
        if (!transaction.header.has_date()) fields += date_field(now);
        if (!transaction.header.has_message_id())
            fields += message_id_field(transaction.id, session.settings().hostname);
    }
    return fields;
}

std::shared_ptr<const Message> make_message(Session& session) {
    auto& transaction = *session.transaction();
    const auto now = base::unix_seconds(session.services().clock.wall_now());
    transaction.text->set_prefix(fields_on_top(session, now));
    auto message = std::make_shared<Message>();
    const auto& parameters = transaction.mail.parameters;
    message->envelope = {transaction.id, transaction.mail.reverse_path, parameters.body, parameters.smtputf8, now};
    message->recipients = std::move(transaction.recipients);
    message->text = transaction.text;
    return message;
}

void account(Session& session, const Message* message, const std::string& id, const smtp::Reply& reply) {
    const auto& metrics = session.services().metrics;
    auto& counter = reply.is_positive()    ? metrics.messages_accepted
                    : reply.is_permanent() ? metrics.messages_refused
                                           : metrics.messages_deferred;
    counter.add();
    if (reply.is_positive() && message != nullptr) metrics.bytes_accepted.add(message->text->size());
    session.services().log.info("mta.received",
                                {{"session", session.connection().id},
                                 {"id", id},
                                 {"from", message ? message->envelope.reverse_path.to_string() : std::string()},
                                 {"recipients", message ? message->recipients.size() : 0},
                                 {"bytes", message ? message->text->size() : 0},
                                 {"reply", smtp::one_line(reply)}});
}

}  // namespace

void store(Session& session, std::string_view text) {
    auto& transaction = *session.transaction();
    transaction.text_bytes += text.size();
    if (transaction.failure || text.empty()) return;
    if (transaction.text_bytes > session.settings().message_bytes) {
        transaction.failure = smtp::reply(552, {5, 3, 4}, "message too big");
    } else {
        transaction.header.feed(text);
        const auto stored = transaction.text->append(text);
        if (!stored) transaction.failure = storage_reply(stored.error());
    }
    if (transaction.failure) transaction.text = std::make_shared<storage::BodySpool>(session.services().spool);
}

Task<smtp::Reply> finish(Session& session, bool dirty) {
    const auto id = session.transaction()->id;
    if (auto failure = find_failure(session, dirty)) {
        account(session, nullptr, id, *failure);
        session.end_transaction();
        co_return std::move(*failure);
    }
    const auto message = make_message(session);
    session.end_transaction();
    auto reply = co_await session.services().acceptor.accept(message);
    account(session, message.get(), id, reply);
    co_return reply;
}

}  // namespace helio::mta
