// Flags: add, remove or replace on one batch of messages, with the check of RFC 7162 UNCHANGEDSINCE.
#pragma once

#include "store/mailbox/change_support.h"
#include "store/mailbox/requests.h"

namespace helio::store {

class StoreFlagsChange final : public StoreChange {
public:
    /// `uids` is the part of request.uids that this step does; `request` must outlive the change.
    StoreFlagsChange(DecideContext& context, const StoreFlags& request, UidSet uids)
        : StoreChange(context), request_(request), uids_(std::move(uids)) {}
    Result<> plan(storage::Decision& decision) override;
    std::size_t weight_bytes() const override { return 512 + uids_.size() * 256; }
    bool is_quick() const override { return uids_.size() <= quick_messages; }
    FlagsStored take_result() { return std::move(result_); }

private:
    const StoreFlags& request_;
    UidSet uids_;
    FlagsStored result_;
};

}  // namespace helio::store
