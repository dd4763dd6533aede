// AccountSource: what the store hears of accounts and does not keep itself: the directory's word about their limits and
// groups. MailStore is given one by main; whoever writes into another's mailbox is measured by what it says of the
// owner. Thread-safe.
#pragma once

#include <string>

#include "common/base/task.h"
#include "store/mailbox/message.h"
#include "store/mailbox/rights.h"

namespace helio::store {

class AccountSource {
public:
    virtual ~AccountSource() = default;
    /// What is known of this account ("uid@canonical-domain", lower case) after a bounded wait; nothing said where
    /// nothing is known: then an administrator's word or the default holds.
    virtual Task<QuotaLimits> limits_of(std::string user) = 0;
    /// The groups that the account is in; null when nobody can tell now.
    virtual Task<GroupNames> groups_of(std::string user) = 0;
};

}  // namespace helio::store
