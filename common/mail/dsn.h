// Dsn: a delivery status notification (RFC 3464) as a message: multipart/report (RFC 6522) of a text for people, the
// machine-readable status, and the original's header. Used by the queue's bounce and delay reports.
// Pure: ids, boundary and times are the caller's. UTF-8 safe: with a non-ASCII address the parts are of RFC 6533
// (message/global-delivery-status, message/global-headers), and the notification itself needs SMTPUTF8.
// Injection-proof: diagnostic texts are cut to one clean line each; original lines are bounded.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/mail/address.h"
#include "common/mail/date.h"
#include "common/mail/enhanced_status.h"

namespace helio::mail {

enum class DsnAction { failed, delayed, delivered, relayed, expanded };

struct DsnRecipient {
    Address final_recipient;
    std::string original_recipient;  ///< ORCPT's value ("rfc822;alice@example.test"), or empty
    DsnAction action = DsnAction::failed;
    EnhancedStatus status;
    std::string remote_mta;   ///< host that answered, or empty
    std::string diagnostic;   ///< its reply ("550 5.1.1 no such user"), or empty
    std::string explanation;  ///< one sentence for people
    std::optional<DateTime> last_attempt;
    std::optional<DateTime> will_retry_until;  ///< with DsnAction::delayed
};

struct Dsn {
    std::string reporting_mta;  ///< our host name
    std::string message_id;     ///< of the notification, with brackets
    std::string boundary;       ///< unique; must not occur in the original's header
    Address to;                 ///< the original reverse path
    std::string from;           ///< header text: "Mail Delivery System <MAILER-DAEMON@mx.example.test>"
    DateTime date;
    std::optional<DateTime> arrival_date;
    std::string envelope_id;      ///< ENVID, decoded, or empty
    std::string queue_id;         ///< shown to people, or empty
    std::string original_header;  ///< header block of the original, as received
    std::vector<DsnRecipient> recipients;

    /// True when an address in it is not ASCII: to be sent with SMTPUTF8.
    bool needs_smtputf8() const;
};

/// The whole message with CRLF line ends, ready for the queue with the null reverse path.
std::string print_dsn(const Dsn& dsn);

}  // namespace helio::mail
