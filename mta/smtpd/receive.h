// Receiving the text of a message, common to DATA and BDAT: store() keeps a piece and finds what is wrong with it,
// finish() judges the whole and hands it to the Acceptor.
#pragma once

#include "mta/smtpd/session.h"

namespace helio::mta {

/// Adds clean text to the transaction. The first failure (too big, no room) stays in Transaction::failure; what comes
/// after it is dropped, so a message over the limit costs no memory.
void store(Session& session, std::string_view text);

/// The reply to the end of data; ends the transaction. `dirty`: bare CR, bare LF or NUL was in the text.
Task<smtp::Reply> finish(Session& session, bool dirty);

}  // namespace helio::mta
