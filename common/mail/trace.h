// Trace fields that a relay or store puts in front of a message: Received: and Return-Path: (RFC 5321 §4.4), and
// Message-ID: (RFC 5322 §3.6.4). Pure: names, ids and times are the caller's. Injection-proof: what a peer said is
// cleaned of everything that could end a field or a comment.
#pragma once

#include <string>
#include <string_view>

#include "common/mail/address.h"
#include "common/mail/date.h"

namespace helio::mail {

struct ReceivedField {
    std::string helo;          ///< as the peer said it
    std::string peer_address;  ///< "192.0.2.1" or "2001:db8::1"; empty: unknown (a local peer)
    std::string peer_name;     ///< verified reverse name, or empty
    std::string by;            ///< our host name
    std::string protocol;      ///< "ESMTPS", "LMTP", "UTF8SMTPA", see received_protocol()
    std::string tls;           ///< "TLSv1.3 TLS_AES_256_GCM_SHA384", or empty
    std::string id;            ///< queue or session id
    Address recipient;         ///< only where the message has exactly one; null: none
    DateTime date;
};

/// The value of `with` (RFC 3848, RFC 6531 §4.3).
std::string received_protocol(bool lmtp, bool extended, bool tls, bool authenticated, bool utf8);

/// "Received: from ...\r\n", folded, with CRLF at its end.
std::string print_received(const ReceivedField& field);
/// "Return-Path: <alice@example.test>\r\n"; "<>" for the null path.
std::string print_return_path(const Address& reverse_path);
/// "<id@host>": without the field's name. `unique` must be fresh (base::new_id()).
std::string make_message_id(std::string_view unique, std::string_view host);

/// The number of Received: fields of a header block; for loop detection (RFC 5321 §6.3).
std::size_t count_received(std::string_view header_block);

}  // namespace helio::mail
