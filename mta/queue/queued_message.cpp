#include "mta/queue/queued_message.h"

#include <algorithm>

#include "mta/queue/codec.h"

namespace helio::mta {
namespace {

constexpr std::uint64_t most_recipients = 100'000;  // of a sane row

std::optional<mail::Address> decode_address(std::string_view text) {
    if (text.empty()) return mail::Address();
    auto address = mail::Address::parse(text);
    if (!address) return std::nullopt;
    return std::move(*address);
}

bool decode_envelope(Reader& reader, Envelope& envelope) {
    envelope.id = reader.text();
    auto sender = decode_address(reader.text());
    if (!sender) return false;
    envelope.reverse_path = std::move(*sender);
    envelope.body = static_cast<smtp::Body>(reader.number());
    envelope.smtputf8 = reader.number() != 0;
    envelope.arrived_unix = static_cast<std::int64_t>(reader.number());
    return envelope.body <= smtp::Body::binary_mime;
}

// Stands last, and only when it is known: rows and records from before it was kept end without it.
void put_next(std::string& bytes, const Destination& next) {
    if (!next.name.empty()) put_text(bytes, encode(next));
}

bool read_next(Reader& reader, Destination& next) {
    if (reader.failed()) return false;
    if (reader.ended()) return true;
    const auto destination = decode_destination(reader.text());
    if (!destination || !reader.ended()) return false;
    next = *destination;
    return true;
}

bool decode_recipient(Reader& reader, QueuedRecipient& recipient) {
    auto address = decode_address(reader.text());
    if (!address) return false;
    recipient.address = std::move(*address);
    recipient.state = static_cast<RecipientState>(reader.number());
    recipient.last_reply = reader.text();
    return recipient.state <= RecipientState::bounced;
}

}  // namespace

std::string encode(const Destination& destination) {
    if (destination.name.empty()) return {};
    return (destination.hop == Hop::store ? 's' : 'r') + destination.name;
}

std::optional<Destination> decode_destination(std::string_view bytes) {
    if (bytes.size() < 2 || (bytes[0] != 's' && bytes[0] != 'r')) return std::nullopt;
    return Destination{bytes[0] == 's' ? Hop::store : Hop::remote, std::string(bytes.substr(1))};
}

bool QueuedMessage::is_finished() const {
    return std::none_of(recipients.begin(), recipients.end(),
                        [](const auto& each) { return each.state == RecipientState::pending; });
}

void Attempted::apply_to(QueuedMessage& message) const {
    message.attempts = attempts;
    message.due_ms = due_ms;
    message.next = next;
    for (const auto& change : changes) {
        if (change.recipient >= message.recipients.size()) continue;
        auto& recipient = message.recipients[change.recipient];
        recipient.state = change.state;
        recipient.last_reply = change.reply;
    }
}

std::string encode(const QueuedMessage& message) {
    std::string bytes;
    const auto& envelope = message.envelope;
    put_text(bytes, envelope.id);
    put_text(bytes, envelope.reverse_path.to_string());
    put_number(bytes, static_cast<std::uint64_t>(envelope.body));
    put_number(bytes, envelope.smtputf8 ? 1 : 0);
    put_number(bytes, static_cast<std::uint64_t>(envelope.arrived_unix));
    put_number(bytes, message.body.value);
    put_number(bytes, message.size_bytes);
    put_number(bytes, message.attempts);
    put_number(bytes, static_cast<std::uint64_t>(message.due_ms));
    put_number(bytes, message.recipients.size());
    for (const auto& recipient : message.recipients) {
        put_text(bytes, recipient.address.to_string());
        put_number(bytes, static_cast<std::uint64_t>(recipient.state));
        put_text(bytes, recipient.last_reply);
    }
    put_next(bytes, message.next);
    return bytes;
}

std::optional<QueuedMessage> decode_message(std::string_view bytes) {
    Reader reader(bytes);
    QueuedMessage message;
    if (!decode_envelope(reader, message.envelope)) return std::nullopt;
    message.body.value = reader.number();
    message.size_bytes = reader.number();
    message.attempts = static_cast<std::uint32_t>(reader.number());
    message.due_ms = static_cast<std::int64_t>(reader.number());
    const auto count = reader.number();
    if (count > most_recipients) return std::nullopt;
    for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
        if (!decode_recipient(reader, message.recipients.emplace_back())) return std::nullopt;
    }
    if (!read_next(reader, message.next)) return std::nullopt;
    return message;
}

std::string encode(const Attempted& attempted) {
    std::string bytes;
    put_text(bytes, attempted.id);
    put_number(bytes, attempted.attempts);
    put_number(bytes, static_cast<std::uint64_t>(attempted.due_ms));
    put_number(bytes, attempted.changes.size());
    for (const auto& change : attempted.changes) {
        put_number(bytes, change.recipient);
        put_number(bytes, static_cast<std::uint64_t>(change.state));
        put_text(bytes, change.reply);
    }
    put_next(bytes, attempted.next);
    return bytes;
}

std::optional<Attempted> decode_attempted(std::string_view bytes) {
    Reader reader(bytes);
    Attempted attempted;
    attempted.id = reader.text();
    attempted.attempts = static_cast<std::uint32_t>(reader.number());
    attempted.due_ms = static_cast<std::int64_t>(reader.number());
    const auto count = reader.number();
    if (count > most_recipients) return std::nullopt;
    for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
        auto& change = attempted.changes.emplace_back();
        change.recipient = static_cast<std::uint32_t>(reader.number());
        change.state = static_cast<RecipientState>(reader.number());
        change.reply = reader.text();
        if (change.state > RecipientState::bounced) return std::nullopt;
    }
    if (!read_next(reader, attempted.next)) return std::nullopt;
    return attempted;
}

}  // namespace helio::mta
