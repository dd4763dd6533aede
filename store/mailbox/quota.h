// Quotas: what binds a mailbox and whether more fits (RFC 9208; reference: Schema 2's mailQuota and mailMsgQuota).
// Asked by every change that brings messages in, on the writer's thread and in the change's own transaction, so that no
// limit can be passed by two at once; the counts that it reads are kept by apply(). Also what GETQUOTA shows.
//
// Whose word holds for a user: an administrator's (SETQUOTA), else what the caller knows (directory, relay), else the
// configured default. For a domain: the administrator's, else the default. For a folder: the administrator's alone.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/storage/partition.h"
#include "store/mailbox/quota_root.h"
#include "store/mailbox/rows.h"
#include "store/mailbox/store_config.h"

namespace helio::store {

/// A quota attribute of the directory (mailQuota, mailMsgQuota): -1 is `unlimited`; absent or -2: nothing is said.
std::optional<std::uint64_t> limit_word(std::optional<std::int64_t> word);

/// More that shall come in.
struct QuotaNeed {
    std::uint64_t bytes = 0;
    std::uint64_t messages = 0;
};

/// The limits of a user; `unlimited` never stands in the result, nothing does.
QuotaLimits user_limits(const storage::IndexReader& index, const QuotaConfig& config, UserId user,
                        const QuotaLimits& known);
/// Errors: over_quota, naming the root: the user's or the domain's.
Result<> check_account_quota(const storage::IndexReader& index, const QuotaConfig& config, UserId user,
                             const QuotaLimits& known, const QuotaNeed& need);
/// Errors: over_quota. A folder's own limit binds also what moves within the account.
Result<> check_folder_quota(const storage::IndexReader& index, MailboxId mailbox, const QuotaNeed& need);
/// Both, for a mailbox that exists.
Result<> check_quota(const storage::IndexReader& index, const QuotaConfig& config, MailboxId mailbox,
                     const QuotaLimits& known, const QuotaNeed& need);

/// A root with what it counts, for QUOTA responses.
struct QuotaRoot {
    QuotaRootName name;
    QuotaLimits limits;
    Usage usage;
    std::uint32_t mailboxes = 0;  ///< scope user
};
QuotaRoot user_quota_root(const storage::IndexReader& index, const QuotaConfig& config, UserId user,
                          const QuotaLimits& known);
/// Without a limit and without users: nothing.
std::optional<QuotaRoot> domain_quota_root(const storage::IndexReader& index, const QuotaConfig& config,
                                           std::string_view domain);
/// Nothing when the folder has no limit of its own.
std::optional<QuotaRoot> folder_quota_root(const storage::IndexReader& index, MailboxId mailbox);

}  // namespace helio::store
