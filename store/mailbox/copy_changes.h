// Copy and move: new rows that name the same bodies.
#pragma once

#include "store/mailbox/change_support.h"
#include "store/mailbox/requests.h"

namespace helio::store {

struct CopiedMessages {
    UidSet uids;  ///< in `to`, in the order of the messages
    bool keywords_grown = false;
};
/// Logs copies of `messages` (of mailbox `from`) in `to`; keywords go by name. `leaving`: of `to`, to be expunged by
/// the same change. Errors: too_many_keywords, too_many_messages (no UID left).
Result<CopiedMessages> copy_messages(storage::Decision& decision, MailboxId from, const std::vector<Message>& messages,
                                     MailboxId to, const DecideContext& context, const UidSet& leaving = {});

class CopyChange final : public StoreChange {
public:
    CopyChange(DecideContext& context, MailboxId from, UidSet uids, MailboxId to, QuotaLimits quota, bool move)
        : StoreChange(context), from_(from), uids_(std::move(uids)), to_(to), quota_(quota), move_(move) {}
    Result<> plan(storage::Decision& decision) override;
    std::size_t weight_bytes() const override { return 512 + uids_.size() * 512; }
    bool is_quick() const override { return uids_.size() <= quick_messages; }
    Copied take_result() { return std::move(result_); }

private:
    MailboxId from_;
    UidSet uids_;
    MailboxId to_;
    QuotaLimits quota_;
    bool move_;
    Copied result_;
};

}  // namespace helio::store
