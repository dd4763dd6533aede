// The message that tells a user how full the mailbox is; delivered by the store itself, into INBOX, over any quota.
#pragma once

#include <string>

#include "store/mailbox/message.h"
#include "store/mailbox/store_config.h"

namespace helio::store {

/// How much of its tightest limit the user holds, in percent; 0 without limits.
unsigned used_percent(const Usage& usage, const QuotaLimits& limits);

/// An RFC 5322 message to `user` ("uid@domain") from postmaster of the domain. `now`: unix seconds. In the configured
/// text {percent}, {used}, {limit}, {messages} and {user} stand for their values.
std::string compose_quota_warning(const QuotaConfig& config, const std::string& user, const Usage& usage,
                                  const QuotaLimits& limits, std::int64_t now);

}  // namespace helio::store
