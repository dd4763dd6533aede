// Bounce: the DSN that tells a sender which recipients his message did not reach (RFC 3464, RFC 5321 §6.1), as a
// message of its own: null reverse path, one recipient. The form of the text is common/mail/dsn.h's.
#pragma once

#include "mta/message.h"

namespace helio::mta {

struct BounceSettings {
    std::string hostname;  ///< reporting MTA
    std::string from;      ///< header text: "Mail Delivery System <MAILER-DAEMON@mx.example.test>"
};

struct Failure {
    mail::Address recipient;
    smtp::Reply reply;
    std::string host;
};

struct Bounce {
    Envelope envelope;
    std::shared_ptr<const storage::BodySource> text;
};

/// `envelope` and `text` are the original's; its header goes back, up to 64 KiB. `id` is the new message's.
Bounce make_bounce(const BounceSettings& settings, const Envelope& envelope, const storage::BodySource& text,
                   const std::vector<Failure>& failures, std::string id, std::int64_t now_unix);

}  // namespace helio::mta
