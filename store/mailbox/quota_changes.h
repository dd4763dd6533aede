// SetQuotaChange: an administrator sets the limits of a quota root (SETQUOTA, RFC 9208 §4.1.3).
#pragma once

#include "store/mailbox/change_support.h"

namespace helio::store {

class SetQuotaChange final : public StoreChange {
public:
    SetQuotaChange(DecideContext& context, QuotaRootName root, QuotaLimits limits)
        : StoreChange(context), root_(std::move(root)), limits_(limits) {}
    /// Errors: no_such_quota_root (no such user or folder); not_allowed (a mailbox limit of a domain or folder).
    Result<> plan(storage::Decision& decision) override;

private:
    QuotaRootName root_;
    QuotaLimits limits_;
};

/// The root of this name. Errors: no_such_quota_root.
Result<QuotaRootId> find_quota_root(const storage::IndexReader& index, const QuotaRootName& name);

}  // namespace helio::store
