// QueuedMessage: the durable state of one message in the queue: the row of the index and the payload of `accepted`.
// Attempted: what one attempt changed. Both are versioned values with one encode and one decode each.
#pragma once

#include <optional>
#include <vector>

#include "mta/message.h"

namespace helio::mta {

enum class RecipientState : std::uint8_t { pending = 0, delivered = 1, bounced = 2 };

struct QueuedRecipient {
    mail::Address address;
    RecipientState state = RecipientState::pending;
    std::string last_reply;  ///< of the last attempt, one line; for DSNs and people
    bool operator==(const QueuedRecipient&) const = default;
};

struct QueuedMessage {
    Envelope envelope;
    storage::BodyId body;
    std::uint64_t size_bytes = 0;
    std::uint32_t attempts = 0;
    std::int64_t due_ms = 0;  ///< wall clock, since 1970
    std::vector<QueuedRecipient> recipients;
    Destination next{};  ///< as last routed: sorts the due messages, decides nothing; without a name: not known

    bool is_finished() const;
};

struct Attempted {
    std::string id;
    std::uint32_t attempts = 0;
    std::int64_t due_ms = 0;
    struct Change {
        std::uint32_t recipient = 0;  ///< place in QueuedMessage::recipients
        RecipientState state = RecipientState::pending;
        std::string reply;
    };
    std::vector<Change> changes;
    Destination next{};

    /// Brings `message` to the state after the attempt.
    void apply_to(QueuedMessage& message) const;
};

/// Empty when it has no name.
std::string encode(const Destination& destination);
std::optional<Destination> decode_destination(std::string_view bytes);
std::string encode(const QueuedMessage& message);
std::optional<QueuedMessage> decode_message(std::string_view bytes);
std::string encode(const Attempted& attempted);
std::optional<Attempted> decode_attempted(std::string_view bytes);

}  // namespace helio::mta
