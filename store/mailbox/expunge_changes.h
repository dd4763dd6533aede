// Expunge of one batch of messages.
#pragma once

#include "store/mailbox/change_support.h"
#include "store/mailbox/requests.h"

namespace helio::store {

class ExpungeChange final : public StoreChange {
public:
    ExpungeChange(DecideContext& context, MailboxId mailbox, UidSet uids, bool deleted_only)
        : StoreChange(context), mailbox_(mailbox), uids_(std::move(uids)), deleted_only_(deleted_only) {}
    Result<> plan(storage::Decision& decision) override;
    std::size_t weight_bytes() const override { return 512 + uids_.size() * 512; }
    bool is_quick() const override { return uids_.size() <= quick_messages; }
    Expunged take_result() { return std::move(result_); }

private:
    MailboxId mailbox_;
    UidSet uids_;
    bool deleted_only_;
    Expunged result_;
};

}  // namespace helio::store
