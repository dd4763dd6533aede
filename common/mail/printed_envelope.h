// Reads back what append_imap_envelope() printed, as summaries hold it: the first address of From, To or Cc, by which
// SORT orders (RFC 5256 §3, RFC 5957). Damaged text gives nothing and is never read beyond its end.
#pragma once

#include <optional>
#include <string_view>

#include "common/mail/address_list.h"

namespace helio::mail {

enum class EnvelopeList { from = 2, sender = 3, reply_to = 4, to = 5, cc = 6, bcc = 7 };

/// The first address of that field (raw: encoded words stay), or the start of a group; nothing when there is none.
std::optional<ListedAddress> first_address(std::string_view printed_envelope, EnvelopeList which);

}  // namespace helio::mail
