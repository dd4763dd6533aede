#include "mta/dsn/bounce.h"

#include <algorithm>

#include "common/mail/dsn.h"

namespace helio::mta {
namespace {

constexpr std::size_t header_bytes = 64 * 1024;

std::string read_header(const storage::BodySource& text) {
    std::string header;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(text.size(), header_bytes));
    const auto read = text.read(0, count, header);
    if (!read) return {};
    const auto end = header.find("\r\n\r\n");
    if (end != header.npos) return header.substr(0, end + 2);
    return header.substr(0, header.rfind('\n') + 1);  // a cut header ends with a whole line
}

mail::EnhancedStatus status_of(const smtp::Reply& reply) {
    if (!reply.enhanced) return mail::default_status(reply.code);
    const auto& code = *reply.enhanced;
    return {static_cast<std::uint8_t>(code.status_class), static_cast<std::uint16_t>(code.subject),
            static_cast<std::uint16_t>(code.detail)};
}

mail::DsnRecipient describe(const Failure& failure, std::int64_t now_unix) {
    mail::DsnRecipient recipient;
    recipient.final_recipient = failure.recipient;
    recipient.status = status_of(failure.reply);
    recipient.remote_mta = failure.host;
    recipient.diagnostic = smtp::one_line(failure.reply);
    recipient.explanation =
        failure.host.empty() ? "The message could not be delivered." : "The recipient's server refused the message.";
    recipient.last_attempt = mail::DateTime{now_unix, 0};
    return recipient;
}

}  // namespace

Bounce make_bounce(const BounceSettings& settings, const Envelope& envelope, const storage::BodySource& text,
                   const std::vector<Failure>& failures, std::string id, std::int64_t now_unix) {
    mail::Dsn dsn;
    dsn.reporting_mta = settings.hostname;
    dsn.message_id = "<" + id + "@" + settings.hostname + ">";
    dsn.boundary = "dsn-" + id;  // 80 random bits, chosen after the original was written
    dsn.to = envelope.reverse_path;
    dsn.from = settings.from;
    dsn.date = {now_unix, 0};
    dsn.arrival_date = mail::DateTime{envelope.arrived_unix, 0};
    dsn.queue_id = envelope.id;
    dsn.original_header = read_header(text);
    for (const auto& failure : failures) dsn.recipients.push_back(describe(failure, now_unix));
    auto printed = mail::print_dsn(dsn);
    const bool has_8bit = std::any_of(printed.begin(), printed.end(), [](char c) { return (c & 0x80) != 0; });
    Bounce bounce;
    bounce.envelope.id = std::move(id);
    bounce.envelope.body = has_8bit ? smtp::Body::eight_bit_mime : smtp::Body::seven_bit;
    bounce.envelope.smtputf8 = dsn.needs_smtputf8();
    bounce.envelope.arrived_unix = now_unix;
    bounce.text = storage::body_in_memory(std::move(printed));
    return bounce;
}

}  // namespace helio::mta
