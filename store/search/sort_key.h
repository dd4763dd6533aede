// By what messages are sorted and threaded (RFC 5256 §2 and §3, RFC 5957; RFC 8621 §4.4.2): dates, and texts folded
// (i;unicode-casemap), so that their bytes are in order. Used by SORT, THREAD and QueryEmails. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "common/mail/printed_envelope.h"
#include "common/mail/summary.h"
#include "store/mailbox/message.h"

namespace helio::store::search {

/// The Date field's time, else the internal date (RFC 5256 §2.2).
std::int64_t sent_seconds(const Message& message, const mail::SummaryView* summary);
/// The base subject (RFC 5256 §2.1).
std::string subject_key(const mail::SummaryView& summary);
/// The mailbox of the first address; of a group its name (RFC 5256 §3).
std::string mailbox_key(const mail::SummaryView& summary, mail::EnvelopeList which);
/// The display name of the first address, of a group its name, else "mailbox@host" (RFC 5957 §3).
std::string display_key(const mail::SummaryView& summary, mail::EnvelopeList which);

}  // namespace helio::store::search
