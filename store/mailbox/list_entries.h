// complete_list(): from the mailboxes and subscriptions of a user to what LIST goes through. Pure.
#pragma once

#include <string>
#include <vector>

#include "store/mailbox/message.h"

namespace helio::store {

/// `mailboxes` in any order, each name once. Adds parents that are no mailboxes and subscribed names that are none,
/// tells who has children and who is subscribed; in byte order of the names, INBOX first. Children count only where
/// there is a mailbox below.
[[nodiscard]] std::vector<ListEntry> complete_list(std::vector<Mailbox> mailboxes,
                                                   std::vector<std::string> subscriptions);

}  // namespace helio::store
