// Thread ids (RFC 8474 §5.3, RFC 8621 §3): computed from the message alone, so that no delivery has to look for its
// parents and a rebuild gives the same. A conversation is named by the first message id in References, else the first
// in In-Reply-To, else the message's own, as threads compare ids (mail/message_id.h). The price: a mail client that
// cuts References at the front starts a new thread.
#pragma once

#include "common/mail/summary.h"
#include "store/mailbox/ids.h"

namespace helio::store {

/// The thread that the text belongs to; 0 when it names no message id at all.
ThreadId thread_of(const mail::SummaryView& summary);

/// The thread of an email that belongs to no other; never what thread_of() gives.
ThreadId alone(EmailId email);

}  // namespace helio::store
