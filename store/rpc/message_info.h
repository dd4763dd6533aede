// A message row and its summary as the peers of the gRPC service see them.
#pragma once

#include "store/mailbox/views.h"
#include "store/v1/store.pb.h"  // generated

namespace helio::store {

namespace pb = v1;

/// `keywords` is the mailbox's table. Envelope and body structure only when `with_structure`.
void fill_message_info(const MailboxView& view, const Message& message, const Keywords& keywords, bool with_structure,
                       pb::MessageInfo& info);

}  // namespace helio::store
