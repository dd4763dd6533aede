// The numbers of a STATUS answer; used by STATUS and by LIST ... RETURN (STATUS ...).
#pragma once

#include "store/imapd/session.h"

namespace helio::store::imapd {

/// Prints one STATUS line for the mailbox. Errors: no_such_mailbox.
Result<> print_mailbox_status(ImapSession& session, const Mailbox& mailbox, std::uint16_t items);

}  // namespace helio::store::imapd
