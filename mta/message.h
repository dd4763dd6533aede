// Message: one transaction on its way through a relay: envelope, recipients with their next hops, text.
// smtpd makes it, cut-through and the queue pass it on, deliver reads it. Outcome: what became of one recipient.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/mail/address.h"
#include "common/smtp/parameter.h"
#include "common/smtp/reply.h"
#include "common/storage/partition.h"

namespace helio::mta {

enum class Hop : std::uint8_t {
    store,   ///< LMTP to the mailhost `name`
    remote,  ///< SMTP to the mail exchangers of the domain `name`, or to an address literal
};

struct Destination {
    Hop hop = Hop::store;
    std::string name;
    auto operator<=>(const Destination&) const = default;
};

struct Recipient {
    mail::Address address;  ///< as the client named it: stands in DSNs and is looked up again at each attempt
    Destination destination;
    mail::Address next_address;  ///< what the next hop reads: uid@canonical-domain for a store
    std::optional<std::uint64_t> quota_bytes;
    std::optional<std::uint64_t> quota_messages;
    std::string folder{};  ///< that the sender named (user+folder@); empty: INBOX
};

struct Envelope {
    std::string id;  ///< queue id, delivery id and trace id in one: chosen once per incoming transaction
    mail::Address reverse_path;
    smtp::Body body = smtp::Body::seven_bit;
    bool smtputf8 = false;
    std::int64_t arrived_unix = 0;
};

struct Message {
    Envelope envelope;
    std::vector<Recipient> recipients;
    std::shared_ptr<const storage::BodySource> text;
};

enum class Fate {
    deferred,   ///< not now, or not known: try again
    delivered,  ///< the next hop has taken it
    refused,    ///< never
};

struct Outcome {
    Fate fate = Fate::deferred;
    smtp::Reply reply = smtp::reply(451, {4, 4, 1}, "not tried yet");
    std::string host;   ///< who said so; empty when we did
    bool tried = true;  ///< false: no attempt was made (limit, resting destination); does not count as one
};

/// delivered, deferred or refused by the class of the reply's code.
inline Fate fate_of(const smtp::Reply& reply) {
    if (reply.is_positive()) return Fate::delivered;
    return reply.is_permanent() ? Fate::refused : Fate::deferred;
}

}  // namespace helio::mta
