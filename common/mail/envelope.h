// Envelope: what IMAP's ENVELOPE shows of a message's header (RFC 9051 §7.5.2), values raw (encoded words stay).
// Built field by field by the MIME scanner, or from a header block at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/mail/address_list.h"

namespace helio::mail {

struct Envelope {
    std::optional<std::string> date;
    std::optional<std::string> subject;
    std::vector<ListedAddress> from;
    std::vector<ListedAddress> sender;
    std::vector<ListedAddress> reply_to;
    std::vector<ListedAddress> to;
    std::vector<ListedAddress> cc;
    std::vector<ListedAddress> bcc;
    std::optional<std::string> in_reply_to;
    std::optional<std::string> message_id;

    /// True for the name of a field that add() keeps.
    static bool wants(std::string_view field_name);
    /// Takes one field; of repeated text fields the first counts, repeated address fields are joined.
    void add(std::string_view field_name, std::string_view raw_value);
};

Envelope parse_envelope(std::string_view header_block);

/// `("date" "subject" ((...)) ...)`. Sender and reply-to are from's where the message has none (RFC 9051 §7.5.2).
void append_imap_envelope(std::string& into, const Envelope& envelope);

}  // namespace helio::mail
