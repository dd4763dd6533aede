// Receiving a text and storing it, common to DATA and BDAT: keep() takes a piece and finds what is wrong with it,
// deliver() stores the whole in one change and answers each recipient after it is durable.
#pragma once

#include "store/lmtpd/lmtp_session.h"

namespace helio::store::lmtp {

/// Adds clean text to the transaction. The first failure (too big, no room) stays in Transaction::failure; what comes
/// after it is dropped.
void keep(LmtpSession& session, std::string_view text);

/// The reply to one recipient, or to a chunk, for this error of the store.
smtp::Reply reply_to(const Error& error);

/// One reply per recipient in the order of RCPT (RFC 2033 §4.2); ends the transaction. No reply at all, and a hang-up,
/// when the outcome can't be told: the relay tries again and the delivery id keeps the message from doubling.
Task<Answer> deliver(LmtpSession& session);

}  // namespace helio::store::lmtp
