#include "store/mailbox/expunge_changes.h"

#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"

namespace helio::store {

Result<> ExpungeChange::plan(storage::Decision& decision) {
    const auto& index = decision.index();
    // Without \Deleted in between, both rights are used up at once.
    const auto needed = deleted_only_ ? Rights(Right::expunge) : Rights{Right::mark_deleted, Right::expunge};
    const auto allowed = need(decision, mailbox_, needed);
    if (!allowed) return allowed;
    result_.before = read_mailbox(index, mailbox_).value_or(MailboxRow{}).highest_modseq;
    auto messages = read_messages(index, mailbox_, uids_, SIZE_MAX);
    if (deleted_only_) {
        std::erase_if(messages, [](const Message& message) { return !message.flags.has(Flag::deleted); });
    }
    if (messages.empty()) {
        result_.modseq = result_.before;
        return {};
    }
    for (const auto& message : messages) result_.uids.add(message.uid);
    result_.modseq = expunge_messages(decision, mailbox_, messages, context_);
    auto& happened = event(mailbox_);
    happened.expunged = result_.uids;
    happened.modseq = result_.modseq;
    return {};
}

}  // namespace helio::store
